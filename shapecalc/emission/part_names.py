"""Names that a part of a torch module cannot have."""

from __future__ import annotations

from collections.abc import Iterable

from shapecalc.errors import ShapecalcError

#: The attributes of every module of torch.
MODULE_ATTRIBUTES = frozenset(
    {
        "T_destination", "_apply", "_backward_hooks", "_backward_pre_hooks", "_buffers", "_call_impl",
        "_compiled_call_impl", "_forward_hooks", "_forward_hooks_always_called", "_forward_hooks_with_kwargs",
        "_forward_pre_hooks", "_forward_pre_hooks_with_kwargs", "_get_backward_hooks",
        "_get_backward_pre_hooks", "_get_name", "_is_full_backward_hook", "_load_from_state_dict",
        "_load_state_dict_post_hooks", "_load_state_dict_pre_hooks", "_maybe_warn_non_full_backward_hook",
        "_modules", "_named_members", "_non_persistent_buffers_set", "_parameters",
        "_register_load_state_dict_pre_hook", "_register_state_dict_hook", "_replicate_for_data_parallel",
        "_save_to_state_dict", "_slow_forward", "_state_dict_hooks", "_state_dict_pre_hooks", "_version",
        "_wrapped_call_impl", "add_module", "apply", "bfloat16", "buffers", "call_super_init", "children",
        "compile", "cpu", "cuda", "double", "dump_patches", "eval", "extra_repr", "float", "forward",
        "get_buffer", "get_extra_state", "get_parameter", "get_submodule", "half", "ipu", "load_state_dict",
        "modules", "mtia", "named_buffers", "named_children", "named_modules", "named_parameters", "parameters",
        "register_backward_hook", "register_buffer", "register_forward_hook", "register_forward_pre_hook",
        "register_full_backward_hook", "register_full_backward_pre_hook", "register_load_state_dict_post_hook",
        "register_load_state_dict_pre_hook", "register_module", "register_parameter",
        "register_state_dict_post_hook", "register_state_dict_pre_hook", "requires_grad_", "set_extra_state",
        "set_submodule", "share_memory", "state_dict", "to", "to_empty", "train", "training", "type", "xpu",
        "zero_grad",
    }
)  # fmt: skip


def check_part_names(names: Iterable[str]) -> None:
    """Refuse names of layers with weights that torch refuses for the parts of a module.

    Raises:
        ShapecalcError: naming the node.
    """
    taken = set(names)
    scopes = {".".join(name.split(".")[:depth]) for name in taken for depth in range(1, name.count(".") + 1)}
    for name in sorted(taken):
        parts = name.split(".")
        if name in scopes or any(not part or part in MODULE_ATTRIBUTES or part.startswith("__") for part in parts):
            raise ShapecalcError(f"A torch module cannot have a part called {name}; rename the node.")
