class Failure(Exception):
    """What went wrong, in a sentence for the user."""


def needed(module, why):
    """Imports a module that only some sources need."""
    try:
        return __import__(module, fromlist=["_"])
    except ImportError:
        raise Failure(f"{why} needs the Python module '{module}', which is not installed") from None
