"""The compiler of the walk, and the few machine operations that it needs. Needs numba."""

from collections.abc import Callable
from typing import Any, TypeVar

import numba
from llvmlite import ir
from numba import types
from numba.extending import intrinsic

Compiled = TypeVar("Compiled", bound=Callable[..., Any])


def compiled(function: Compiled) -> Compiled:
    """The function as machine code that runs beside other threads, kept on disk once made."""
    made: Compiled = numba.njit(nogil=True, cache=True, error_model="numpy")(function)
    return made


@intrinsic  # type: ignore[untyped-decorator]
def lowest_bit(_context: Any, bits: Any) -> Any:
    """The place of the lowest bit that is set; `bits` is not 0."""

    def code(_c: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
        return builder.cttz(arguments[0], ir.Constant(ir.IntType(1), 1))

    return types.int64(types.int64), code


@intrinsic  # type: ignore[untyped-decorator]
def numbers(_context: Any, address: Any) -> Any:
    """The 64-bit numbers at an address, to be read and written like an array without bounds.

    A bare pointer goes from function to function in a register, where an array is seven words and
    a count of who holds it.
    """
    return types.CPointer(types.int64)(types.int64), _cast(64)


@intrinsic  # type: ignore[untyped-decorator]
def int64_at(_context: Any, address: Any, place: Any) -> Any:
    """The number at a place of a column of 8 bytes each, which may lie anywhere."""
    return types.int64(types.int64, types.int64), _load(64)


@intrinsic  # type: ignore[untyped-decorator]
def int32_at(_context: Any, address: Any, place: Any) -> Any:
    """The same of 4 bytes each."""
    return types.int64(types.int64, types.int64), _load(32)


@intrinsic  # type: ignore[untyped-decorator]
def int16_at(_context: Any, address: Any, place: Any) -> Any:
    """The same of 2 bytes each."""
    return types.int64(types.int64, types.int64), _load(16)


@intrinsic  # type: ignore[untyped-decorator]
def int8_at(_context: Any, address: Any, place: Any) -> Any:
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
