"""The names of the files of a run."""

FIGURES = ["confusion.png", "confusion.svg", "curves.png", "curves.svg"]
#: All of a finished training, as a listing of its folder shows them.
RUN_FILES = sorted(
    [
        *FIGURES,
        *("config.json", "metrics.csv", "metrics.jsonl", "net.py", "sizing.txt"),
        *("model.safetensors", "state.safetensors"),
    ]
)
