# What is wrong with a template for the answers of a stage. The values: line, what was written, what is allowed.

template-syntax = Line { $line }: this is no template ({ $what }).
template-name = Line { $line }: there is no “{ $what }”. There are: { $allowed }
template-field = Line { $line }: there is no field “{ $what }”. There are: { $allowed }
template-filter = Line { $line }: there is no filter “{ $what }”. There are: { $allowed }
template-forbidden = Line { $line }: “{ $what }” is not possible in a template.
template-loop = Line { $line }: a loop can go over these only: { $allowed }
template-depth = Line { $line }: too many things inside one another.
template-length = The template is too long: { $what } characters, allowed are { $allowed }.
template-fails = Line { $line }: this does not work out ({ $what }).
template-output = The template makes too much text: allowed are { $allowed } characters.
template-parts = The template has too many parts: at most { $what } are possible.
