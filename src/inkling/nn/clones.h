// One function compiled for several processors.
#pragma once

/// Before a function of plain loops: the clone for the processor at hand is chosen when the library
/// is loaded.
#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__)
#define INKLING_CLONES __attribute__((target_clones("avx512f", "arch=x86-64-v3", "default")))
#else
#define INKLING_CLONES
#endif
