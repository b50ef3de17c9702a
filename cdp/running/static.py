"""How static files are kept for serving: named by their content, and compressed once."""

from collections.abc import Iterable
from typing import Any

from whitenoise.compress import Compressor
from whitenoise.storage import CompressedManifestStaticFilesStorage


class StaticStorage(CompressedManifestStaticFilesStorage):
    def create_compressor(self, **kwargs: Any) -> Compressor:
        # Brotli would save a tenth more and make the first start half a minute longer.
        return Compressor(**kwargs, use_brotli=False)

    def compress_files(self, paths: Iterable[str]) -> Any:
        # Pages ask for the hashed names only, and browsers for source maps never.
        hashed = set(self.hashed_files.values())
        return super().compress_files(path for path in paths if path in hashed and not path.endswith(".map"))
