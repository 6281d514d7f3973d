"""Small wrong changes of the SQL, each of which the checks must notice."""

from .catalogue import Mutant, apply, load_mutants
from .checks import Checks, Verdict
from .project import copy_project

__all__ = ["Checks", "Mutant", "Verdict", "apply", "copy_project", "load_mutants"]
