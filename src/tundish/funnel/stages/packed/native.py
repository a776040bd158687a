"""The compiler of the walk, and the few machine operations that it needs. Needs numba."""

from collections.abc import Callable
from contextlib import suppress
from hashlib import sha256
from importlib.resources import files
from typing import Any, TypeVar

import numba
from numba import types
from numba.core.cgutils import ir
from numba.extending import intrinsic

Compiled = TypeVar("Compiled", bound=Callable[..., Any])


def _stamp() -> str:
    """What the machine code was made from: all of this package, and the layouts that it reads.

    numba by itself looks at the file of a function alone, and would run code kept from before a
    change of a place or of a function in another file.
    """
    parts = [files(__package__), files("tundish.funnel.packed") / "events.py"]
    parts.append(files("tundish.funnel.stages") / "visits.py")
    sources = sorted(
        (part.name, part.read_bytes())
        for whole in parts
        for part in (whole.iterdir() if whole.is_dir() else (whole,))
        if part.name.endswith(".py")
    )
    return sha256(repr(sources).encode()).hexdigest()


_STAMP = _stamp()


def compiled(function: Compiled) -> Compiled:
    """The function as machine code that runs beside other threads, kept on disk once made."""
    made = numba.njit(nogil=True, error_model="numpy")(function)
    # where no folder can be written, it is made anew in each process
    with suppress(RuntimeError):
        made.enable_caching()
        made._cache._cache_file._source_stamp = _STAMP
    kept: Compiled = made
    return kept


@intrinsic  # type: ignore[untyped-decorator]
def lowest_bit(_context: Any, _bits: Any) -> Any:
    """The place of the lowest bit that is set; the bits are not 0."""

    def code(_c: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
        return builder.cttz(arguments[0], ir.Constant(ir.IntType(1), 1))

    return types.int64(types.int64), code


@intrinsic  # type: ignore[untyped-decorator]
def highest_bit(_context: Any, _bits: Any) -> Any:
    """The place of the highest bit that is set, -1 where none is."""

    def code(_c: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
        zeros = builder.ctlz(arguments[0], ir.Constant(ir.IntType(1), 0))
        return builder.sub(ir.Constant(ir.IntType(64), 63), zeros)

    return types.int64(types.int64), code


@intrinsic  # type: ignore[untyped-decorator]
def numbers(_context: Any, _address: Any) -> Any:
    """The 64-bit numbers at an address, to be read and written like an array without bounds.

    A bare pointer goes from function to function in a register, where an array is seven words and
    a count of who holds it.
    """
    return types.CPointer(types.int64)(types.int64), _cast(64)


@intrinsic  # type: ignore[untyped-decorator]
def int64_at(_context: Any, _address: Any, _place: Any) -> Any:
    """The number at a place of a column of 8 bytes each, which may lie anywhere."""
    return types.int64(types.int64, types.int64), _load(64)


@intrinsic  # type: ignore[untyped-decorator]
def int32_at(_context: Any, _address: Any, _place: Any) -> Any:
    """The same of 4 bytes each."""
    return types.int64(types.int64, types.int64), _load(32)


@intrinsic  # type: ignore[untyped-decorator]
def int16_at(_context: Any, _address: Any, _place: Any) -> Any:
    """The same of 2 bytes each."""
    return types.int64(types.int64, types.int64), _load(16)


@intrinsic  # type: ignore[untyped-decorator]
def int8_at(_context: Any, _address: Any, _place: Any) -> Any:
    """The same of 1 byte each."""
    return types.int64(types.int64, types.int64), _load(8)


def _cast(width: int) -> Any:
    def code(_c: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
        return builder.inttoptr(arguments[0], ir.IntType(width).as_pointer())

    return code


def _load(width: int) -> Any:
    def code(_c: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
        pointer = builder.inttoptr(arguments[0], ir.IntType(width).as_pointer())
        number = builder.load(builder.gep(pointer, [arguments[1]]))
        number.align = 1
        return number if width == 64 else builder.sext(number, ir.IntType(64))

    return code
