from collections.abc import Callable

def _lru_cache_wrapper(
    user_function: Callable[..., object], maxsize: int, typed: bool, cache_info_type: type
) -> Callable[..., object]: ...
