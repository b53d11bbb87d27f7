## Fetching a model

fetch-button-offer = ⬇️ Get { $name } ({ $gib } GB)
fetch-button-list = ⬇️ Models to download
fetch-button-again = ⬇️ Go on
fetch-button-anyway = ⬇️ Download anyway
fetch-head = ⬇️ Models that can be downloaded here. They run on this computer; after the download no internet is needed.
fetch-is-here = here already
fetch-have = { $percent } % fetched
fetch-begins = ⬇️ { $name }: asking for the file…
fetch-goes = ⬇️ { $name }: { $percent } % ({ $done } of { $total } GB){ $minutes ->
    [0] {""}
    [one] , about a minute more
   *[other] , about { $minutes } minutes more
}
fetch-runs = It is being downloaded already.
fetch-gone = This model is not on the list any more.
fetch-stopped = ⏹ { $name }: stopped. { $have } GB are kept; the download goes on from there.
fetch-stopped-already = It is not being downloaded.
fetch-done = ✅ { $name } is here. Write a question and choose it.
fetch-too-big = 🔴 { $name } would not fit: it needs { $need } GB of memory ({ $weights } weights + { $context } context + { $work } for computing), { $free } GB are free. Take a smaller one, or close other programs first.
error-hub-away = { $host } does not answer: check the internet connection. What has come so far is kept.
error-hub-refused = the server did not give out { $file } (HTTP { $status }). Try another model, or later.
error-no-room = the disk has too little room: { $need } GB are needed, { $free } GB can be used.
error-download-broken = { $file } arrived damaged and was thrown away. Please try again.
