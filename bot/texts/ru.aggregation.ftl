# Что не так в шаблоне для ответов этапа. Значения: строка, что написано, что можно.

template-syntax = Строка { $line }: это не шаблон ({ $what }).
template-name = Строка { $line }: имени «{ $what }» нет. Есть: { $allowed }
template-field = Строка { $line }: поля «{ $what }» нет. Есть: { $allowed }
template-filter = Строка { $line }: фильтра «{ $what }» нет. Есть: { $allowed }
template-forbidden = Строка { $line }: «{ $what }» в шаблоне нельзя.
template-loop = Строка { $line }: перебирать можно только { $allowed }
template-depth = Строка { $line }: слишком много вложено друг в друга.
template-length = Шаблон слишком длинный: { $what } знаков, можно { $allowed }.
template-fails = Строка { $line }: не получается ({ $what }).
template-output = Шаблон делает слишком много текста: можно { $allowed } знаков.
template-parts = В шаблоне слишком много частей: можно не больше { $what }.
