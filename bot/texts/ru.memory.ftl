### Память: почему модель не помещается и как поместилась загруженная

no-memory-devices = В RAM { NUMBER($need_ram, minimumFractionDigits: 1, maximumFractionDigits: 2) } из { NUMBER($free_ram, minimumFractionDigits: 1, maximumFractionDigits: 2) } ГБ, на GPU { NUMBER($need_gpu, minimumFractionDigits: 1, maximumFractionDigits: 2) } из { NUMBER($free_gpu, minimumFractionDigits: 1, maximumFractionDigits: 2) } ГБ.
no-memory-tried = По этой сумме места хватало, но машина отказала.
no-memory-keys = Ключи контекста тогда хранятся в { $bits } битах.
no-memory-slots = { $dialogs ->
    [one] Отвечать тогда будет { $dialogs } диалогу за раз.
    [few] Отвечать тогда будет { $dialogs } диалогам за раз.
   *[many] Отвечать тогда будет { $dialogs } диалогам за раз.
}
memory-keys = ключи в { $type }
memory-short-windows = скользящие окна хранятся короткими
memory-slots = { $dialogs ->
    [one] { $dialogs } диалог за раз
    [few] { $dialogs } диалога за раз
   *[many] { $dialogs } диалогов за раз
}
memory-apart = в RAM { NUMBER($ram, minimumFractionDigits: 1, maximumFractionDigits: 2) } ГБ, на GPU { NUMBER($gpu, minimumFractionDigits: 1, maximumFractionDigits: 2) } ГБ
