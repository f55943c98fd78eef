"""Older versions of the standard in the words of the newest one."""

from __future__ import annotations

from typing import Any

NEWEST = "v3.2.0"
# names of the library's rules in v3.0 -> the metrics that replaced them in v3.1
_METRICS = {
    "duplicateCount": "duplicateValues",
    "nullCheck": "nullValues",
    "rowCount": "rowCount",
}


def upgraded(value: dict[str, Any]) -> dict[str, Any]:
    """Return a contract of v3.0 or v3.1 as v3.2, without the forms that are going away."""
    value = dict(value) | {"apiVersion": NEWEST}
    if isinstance(value.get("team"), list):
        value["team"] = {"members": value["team"]}
    default = value.pop("slaDefaultElement", None)
    if default is not None and value.get("slaProperties"):
        value["slaProperties"] = [
            level if "element" in level else {**level, "element": default}
            for level in value["slaProperties"]
        ]
    upgraded_value: dict[str, Any] = newest_rules(value)
    return upgraded_value


def newest_rules(value: Any) -> Any:
    """Give every rule of the standard's library its newer name, at any depth."""
    if isinstance(value, list):
        return [newest_rules(entry) for entry in value]
    if not isinstance(value, dict):
        return value
    done = {key: newest_rules(entry) for key, entry in value.items() if key != "quality"}
    if isinstance(value.get("quality"), list):
        done["quality"] = [_newest_rule(rule) for rule in value["quality"]]
        done = {key: done[key] for key in value}
    elif "quality" in value:
        done["quality"] = value["quality"]
    return done


def _newest_rule(rule: dict[str, Any]) -> dict[str, Any]:
    if "metric" in rule and rule.get("rule") is not None:
        return {key: entry for key, entry in rule.items() if key != "rule"}
    metric = _METRICS.get(str(rule.get("rule")))
    if metric is None:
        return rule
    return {("metric" if key == "rule" else key): metric if key == "rule" else entry
            for key, entry in rule.items()}  # fmt: skip
