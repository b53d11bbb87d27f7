## Загрузка модели

fetch-button-offer = ⬇️ Скачать { $name } ({ $gib } ГБ)
fetch-button-list = ⬇️ Модели для скачивания
fetch-button-again = ⬇️ Продолжить
fetch-button-anyway = ⬇️ Всё равно скачать
fetch-head = ⬇️ Модели, которые можно скачать прямо сюда. Они работают на этом компьютере; после скачивания интернет не нужен.
fetch-is-here = уже здесь
fetch-have = скачано { $percent } %
fetch-begins = ⬇️ { $name }: запрашиваю файл…
fetch-goes = ⬇️ { $name }: { $percent } % ({ $done } из { $total } ГБ){ $minutes ->
    [0] {""}
    [one] , ещё около { $minutes } минуты
    [few] , ещё около { $minutes } минут
    [many] , ещё около { $minutes } минут
   *[other] , ещё около { $minutes } минут
}
fetch-runs = Эта модель уже скачивается.
fetch-gone = Этой модели больше нет в списке.
fetch-stopped = ⏹ { $name }: остановлено. { $have } ГБ сохранено, скачивание продолжится с этого места.
fetch-stopped-already = Она не скачивается.
fetch-done = ✅ { $name } на месте. Напишите вопрос и выберите её.
fetch-too-big = 🔴 { $name } не поместится: нужно { $need } ГБ памяти ({ $weights } веса + { $context } контекст + { $work } на вычисления), свободно { $free } ГБ. Возьмите модель поменьше или сначала закройте другие программы.
error-hub-away = { $host } не отвечает: проверьте подключение к интернету. Всё, что уже скачано, сохранено.
error-hub-refused = сервер не отдал { $file } (HTTP { $status }). Попробуйте другую модель или позже.
error-no-room = на диске мало места: нужно { $need } ГБ, можно занять { $free } ГБ.
error-download-broken = { $file } пришёл повреждённым и удалён. Попробуйте ещё раз.
