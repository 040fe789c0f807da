"""What is the code of a measure, word for word?

Reads the text of measures.py without running it: a page that shows how something is counted need not start the engine.
Each measure's expressions stand in EXPRESSIONS; with each come the functions that it calls.
"""

from __future__ import annotations

import ast
from functools import cache
from pathlib import Path

FILE = Path(__file__).with_name("measures.py")
SHOWN_AS = "joinedup/outcomes/measures.py"


@cache
def code_of(measure: str) -> str:
    """The functions that count a measure, in the order of the file; '' for a measure without any."""
    text = FILE.read_text(encoding="utf-8")
    tree = ast.parse(text)
    functions = {each.name: each for each in tree.body if isinstance(each, ast.FunctionDef)}
    wanted: set[str] = set()
    waiting = _named_for(tree, measure)
    while waiting:
        name = waiting.pop()
        if name in functions and name not in wanted:
            wanted.add(name)
            waiting |= {node.id for node in ast.walk(functions[name]) if isinstance(node, ast.Name)}
    parts = [ast.get_source_segment(text, each) or "" for name, each in functions.items() if name in wanted]
    return "\n\n\n".join(parts)


def _named_for(tree: ast.Module, measure: str) -> set[str]:
    """The names of the functions under a measure in EXPRESSIONS."""
    for each in tree.body:
        if isinstance(each, ast.AnnAssign) and isinstance(each.target, ast.Name) and each.target.id == "EXPRESSIONS":
            assert isinstance(each.value, ast.Dict)
            for key, value in zip(each.value.keys, each.value.values, strict=True):
                if isinstance(key, ast.Constant) and key.value == measure:
                    return {node.id for node in ast.walk(value) if isinstance(node, ast.Name)}
    return set()
