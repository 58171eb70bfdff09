"""Looks up in a generated .NET SDK what a C# program uses of it: csharp_names.py <folder of the SDK> <program>."""

import pathlib
import sys

import tree_sitter_c_sharp
from tree_sitter import Language, Node, Parser

PARSER = Parser(Language(tree_sitter_c_sharp.language()))
MEMBERS = ("property_declaration", "method_declaration")


def parse(file: pathlib.Path) -> Node:
    root = PARSER.parse(file.read_bytes()).root_node
    if root.has_error:
        sys.exit(f"{file} is not C#")
    return root


def find(node: Node, *types: str):
    if node.type in types:
        yield node
    for child in node.named_children:
        yield from find(child, *types)


def text(node: Node | None) -> str:
    return node.text.decode() if node and node.text else ""


sdk = {
    text(declared.child_by_field_name("name")): {text(member.child_by_field_name("name")) for member in find(declared, *MEMBERS)}
    for file in pathlib.Path(sys.argv[1]).rglob("*.cs")
    for declared in find(parse(file), "class_declaration", "struct_declaration")
}
program = parse(pathlib.Path(sys.argv[2]))

used: list[tuple[str, str]] = []
variables: dict[str, str] = {}
for created in find(program, "object_creation_expression"):
    name = text(created.child_by_field_name("type"))
    initializer = created.child_by_field_name("initializer")
    fields = [child.child_by_field_name("left") for child in initializer.named_children] if initializer else []
    used += [(name, text(field)) for field in fields if field and field.type == "identifier"]
    if created.parent and created.parent.type == "variable_declarator":
        variables[text(created.parent.child_by_field_name("name"))] = name
for access in find(program, "member_access_expression"):
    owner = text(access.child_by_field_name("expression"))
    used.append((variables.get(owner, owner), text(access.child_by_field_name("name"))))

known = [(name, member) for name, member in used if name in sdk]
unknown = [f"{name}.{member}" for name, member in known if member not in sdk[name]]
if unknown or not known:
    sys.exit(f"not in the SDK: {', '.join(unknown)}")
print(len(set(known)))
