"""YAML text in, plain data out, and nothing said twice.

The one place that touches PyYAML. Only plain types are made, and a key that stands twice in one mapping is refused:
PyYAML would keep the last in silence, and a value of law would be lost.
"""

from __future__ import annotations

import yaml


class YamlFault(ValueError):
    """The text is not YAML that can be taken; says where."""


class _StrictLoader(yaml.SafeLoader):
    """SafeLoader that refuses a key given twice."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[object, object]:
        seen: set[str] = set()
        for key_node, _ in node.value:
            key = str(key_node.value)
            if key in seen and key != "<<":
                raise YamlFault(f"the key {key!r} stands twice at line {key_node.start_mark.line + 1}")
            seen.add(key)
        return dict(super().construct_mapping(node, deep=deep))


def plain_data(text: str) -> object:
    """Dicts, lists, texts, numbers and dates from YAML text. Raises YamlFault."""
    try:
        found: object = _StrictLoader(text).get_single_data()
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise YamlFault(f"{error.problem or 'it cannot be read'} at line {line}") from None
    except yaml.YAMLError:
        raise YamlFault("it cannot be read") from None
    except YamlFault:
        raise
    except ValueError as error:
        raise YamlFault(f"a date or number in it is not a real one ({error})") from None
    return found
