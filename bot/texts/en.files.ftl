## A model file that cannot be used

bad-file-empty = The file { $file } is empty: its download has not begun, or has failed. Your question is kept.
bad-file-no-file = { $file } is no file but a folder, or something stranger. Your question is kept: choose another model.
bad-file-not-gguf = { $file } is not a GGUF file, whatever its name says. Sometimes a web page is saved in place of the model: download it again. Your question is kept.
bad-file-unreadable = The system does not let me read { $file }: check its permissions and its disk. Your question is kept.
bad-file-version = { $file } is written in a version of GGUF that cannot be read here. Look for a newer file of this model. Your question is kept.
bad-file-cut-short = { $file } is not whole: its download broke off. Download it again. Your question is kept.
bad-file-part-missing = { $file } is one of several parts, and { $what } is missing. Put it beside the others. Your question is kept.
bad-file-header = The beginning of { $file } is damaged. Download it again. Your question is kept.
bad-file-tensors = The table of contents in { $file } is damaged: parts of the model are not where it says. Download it again. Your question is kept.
bad-file-architecture = { $file } holds a model of a kind that llama.cpp does not know here. A newer version may know it. Your question is kept: choose another model.
bad-file-vocabulary = { $file } has no vocabulary that llama.cpp can use. Look for another file of this model. Your question is kept.
bad-file-weights = { $file } is badly made: parts of the model are missing or do not go together. Look for another file of this model. Your question is kept.
bad-file-numbers = { $file } tells impossible things about itself, such as its number of layers. Look for another file of this model. Your question is kept.
bad-file-template = The chat template in { $file } has a mistake. Look for another file of this model. Your question is kept.
bad-file-spelling = { $file } cannot spell “{ $what }”: its vocabulary is not whole. Look for another file of this model. Your question is kept.
bad-file-changed = { $file } was changed while the model was reading it, so the answer may be wrong. Ask again: the new file will be loaded.
bad-file-other = The file { $file } cannot be used: { $detail }
error-models-away = { $model } is not there, nor any other model file in { $folder }. If they are on a removable disk, plug it in and try again: your question is kept.
bad-file-eyes = { $file } comes with { $what } for its eyes, and these two do not go together. Without a picture the model answers all the same. Your question is kept.
error-cannot-see = { $model } does not see pictures. Your question is kept: choose a model with 👁.
error-bad-picture = The picture cannot be opened. Send it as JPEG or PNG.

## The process of a model died

crashed-unknown = The process of { $model } died. Your question is kept; the next try starts it afresh.
crashed-loading = { $model } died while it was being loaded: most likely its file is damaged or not made for this version. Your question is kept; if it happens again, choose another model.
crashed-killed = The system ended the process of { $model }, most likely because memory ran out. Your question is kept: try again with a smaller window (/set n_ctx 4096) or a smaller model.
crashed-file = The file of { $model } was cut or its disk went away while the model was at work. Your question is kept: plug the disk in and try again.

## Buttons when memory ran out

button-window = window { $tokens }
button-layers = { $layers } layers on the GPU
