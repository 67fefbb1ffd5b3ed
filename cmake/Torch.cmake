# Finds libtorch in the `torch` Python wheel: headers, libtorch_cpu and libc10 (and libtorch_cuda where asked for).
# The wheel's own CMake package insists on a CUDA toolkit, so it is not used.
#
# Looked at in this order: -DINKLING_TORCH=DIR or $INKLING_TORCH (a torch folder), .venv of this checkout.
option(INKLING_CUDA "Link libtorch_cuda" OFF)
set(INKLING_TORCH "$ENV{INKLING_TORCH}" CACHE PATH "Folder of the torch wheel (holds include/ and lib/)")
if(NOT INKLING_TORCH)
  file(GLOB venv_torch ${CMAKE_SOURCE_DIR}/.venv/lib/python3*/site-packages/torch)
  set(INKLING_TORCH "${venv_torch}" CACHE PATH "" FORCE)
endif()
if(NOT EXISTS "${INKLING_TORCH}/include/ATen/ATen.h")
  message(FATAL_ERROR "libtorch not found (looked in '${INKLING_TORCH}'): run ./setup, or give "
                      "-DINKLING_TORCH=<site-packages>/torch of a torch >= 2.11")
endif()
file(STRINGS ${INKLING_TORCH}/include/torch/headeronly/version.h version_lines REGEX "define TORCH_VERSION_M(AJOR|INOR) ")
list(TRANSFORM version_lines REPLACE "[^0-9]*([0-9]+).*" "\\1")
list(JOIN version_lines "." INKLING_TORCH_VERSION)
if(INKLING_TORCH_VERSION VERSION_LESS 2.11)
  message(FATAL_ERROR "torch ${INKLING_TORCH_VERSION} in ${INKLING_TORCH} is too old: 2.11 or newer is needed")
endif()
set(INKLING_TORCH_LIB ${INKLING_TORCH}/lib)
message(STATUS "torch ${INKLING_TORCH_VERSION}: ${INKLING_TORCH}")

# After the system's headers: the wheel bundles an fmt of its own, which would shadow the distribution's.
add_library(inkling_torch INTERFACE)
# g++ 12 warns falsely of uninitialised members inside the engine's reference counts.
target_compile_options(inkling_torch INTERFACE $<$<CXX_COMPILER_ID:GNU>:-Wno-maybe-uninitialized>)
target_compile_options(inkling_torch INTERFACE "SHELL:-idirafter ${INKLING_TORCH}/include"
  "SHELL:-idirafter ${INKLING_TORCH}/include/torch/csrc/api/include")
target_link_libraries(inkling_torch INTERFACE ${INKLING_TORCH_LIB}/libtorch_cpu.so ${INKLING_TORCH_LIB}/libc10.so)
if(INKLING_CUDA)
  target_link_libraries(inkling_torch INTERFACE -Wl,--no-as-needed ${INKLING_TORCH_LIB}/libtorch_cuda.so
    ${INKLING_TORCH_LIB}/libc10_cuda.so -Wl,--as-needed)
endif()

# The engine's threads are those of the OpenMP that libtorch brings: one pool, not two.
file(GLOB torch_openmp ${INKLING_TORCH_LIB}/libgomp*.so*)
if(NOT torch_openmp)
  set(torch_openmp -fopenmp)
endif()
target_link_libraries(inkling_torch INTERFACE ${torch_openmp})
