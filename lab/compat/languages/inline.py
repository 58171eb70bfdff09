"""Runs a Pulumi program in this process: inline.py <folder of the program> <project>. No language host is needed."""

import json
import os
import runpy
import sys

from pulumi import automation

folder, project = sys.argv[1:]
os.chdir(folder)
stack = automation.select_stack(
    stack_name="test",
    project_name=project,
    program=lambda: runpy.run_path(os.path.join(folder, "__main__.py")) and None,
    opts=automation.LocalWorkspaceOptions(work_dir=folder),
)
stack.preview()
stack.up()
second = stack.up()
print(json.dumps({
    "outputs": {name: output.value for name, output in second.outputs.items()},
    "second": second.summary.resource_changes,
}))
