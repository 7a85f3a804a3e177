"""Which files of the front-end packages are served.

The packages hold hundreds of variants, several with references to files that were never shipped. Only the files
named here are found, so that collecting stays quick and nothing is public that no page needs.
"""

from django.contrib.staticfiles.finders import FileSystemFinder

SERVED = {
    "vendor/tabler/css/tabler.min.css",
    "vendor/tabler/css/tabler.min.css.map",
    "vendor/tabler/js/tabler.min.js",
    "vendor/tabler/js/tabler.min.js.map",
    "vendor/htmx/htmx.min.js",
    "vendor/echarts/echarts.min.js",
    "vendor/tus/tus.min.js",
    "vendor/tus/tus.min.js.map",
}


class NamedFileFinder(FileSystemFinder):
    """Our own files all, a package's only when they are in `SERVED`."""

    def find_location(self, root, path, prefix=None):
        if prefix and path not in SERVED:
            return None
        return super().find_location(root, path, prefix)

    def list(self, ignore_patterns):
        for path, storage in super().list(ignore_patterns):
            prefix = getattr(storage, "prefix", None)
            if not prefix or f"{prefix}/{path}" in SERVED:
                yield path, storage
