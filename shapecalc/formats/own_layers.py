"""The layers of this package that torch does not have under their name."""

#: Those whose names no class of torch.nn or torchvision has: in print or in source, such classes are somebody's own.
OWN = frozenset(
    {
        *("Squash", "Capsules", "CapsuleLength", "CapsuleMask", "Transpose", "Reshape", "View", "Squeeze", "Unsqueeze"),
        *("Expand", "Add", "Multiply", "Concat", "Stack", "MatMul", "Select", "Slice", "Chunk", "Split", "Mean", "Sum"),
        *("Max", "Crop", "Interpolate", "DropPath", "Parameter", "Scale", "Power"),
    }
)
