### Memory: why a model does not fit, and how a loaded one does

no-memory-devices = In RAM { NUMBER($need_ram, minimumFractionDigits: 1, maximumFractionDigits: 2) } of { NUMBER($free_ram, minimumFractionDigits: 1, maximumFractionDigits: 2) } GB, on the GPU { NUMBER($need_gpu, minimumFractionDigits: 1, maximumFractionDigits: 2) } of { NUMBER($free_gpu, minimumFractionDigits: 1, maximumFractionDigits: 2) } GB.
no-memory-tried = By that sum it should have fitted, but the machine refused.
no-memory-keys = The context's keys are then kept in { $bits } bits.
no-memory-slots = { $dialogs ->
    [one] One dialog is then answered at a time.
   *[other] { $dialogs } dialogs are then answered at a time.
}
memory-keys = keys in { $type }
memory-short-windows = sliding windows kept short
memory-slots = { $dialogs ->
    [one] one dialog at a time
   *[other] { $dialogs } dialogs at a time
}
memory-apart = { NUMBER($ram, minimumFractionDigits: 1, maximumFractionDigits: 2) } GB in RAM, { NUMBER($gpu, minimumFractionDigits: 1, maximumFractionDigits: 2) } GB on the GPU
