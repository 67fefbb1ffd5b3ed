# -DINKLING_FUZZ=ON: every x_fuzz.cc of the torch-free rooms becomes build/fuzz_x, a libFuzzer target under
# AddressSanitizer and UndefinedBehaviorSanitizer. Its seeds are tests/fuzz/x. `tools/fuzz` builds and runs them all.
if(NOT CMAKE_CXX_COMPILER_ID MATCHES "Clang")
  message(FATAL_ERROR "fuzz targets need clang: configure with -DCMAKE_CXX_COMPILER=clang++-16")
endif()

set(fuzz_flags -fno-sanitize-recover=all -fno-omit-frame-pointer -O1 -g)
set(fuzz_sanitizers address,undefined)

# The library is instrumented for coverage too, so that inputs are led by what it does with them.
target_compile_options(inkling PRIVATE ${fuzz_flags} -fsanitize=fuzzer-no-link,${fuzz_sanitizers})
target_link_options(inkling PRIVATE -fsanitize=${fuzz_sanitizers})

set(fuzz_names)
foreach(room base config text data formats metrics api)
  file(GLOB_RECURSE fuzz_files CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/src/inkling/${room}/*_fuzz.cc)
  foreach(file ${fuzz_files})
    get_filename_component(name ${file} NAME_WE)
    string(REGEX REPLACE "_fuzz$" "" name ${name})
    if(name IN_LIST fuzz_names)
      message(FATAL_ERROR "two fuzz targets are called ${name}")
    endif()
    file(GLOB seeds CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/tests/fuzz/${name}/*)
    if(NOT seeds)
      message(FATAL_ERROR "the fuzz target ${name} has no seeds: put some small inputs in tests/fuzz/${name}")
    endif()
    list(APPEND fuzz_names ${name})
    add_executable(fuzz_${name} ${file})
    target_compile_options(fuzz_${name} PRIVATE ${fuzz_flags} -fsanitize=fuzzer,${fuzz_sanitizers})
    target_link_options(fuzz_${name} PRIVATE -fsanitize=fuzzer,${fuzz_sanitizers})
    target_link_libraries(fuzz_${name} PRIVATE inkling)
  endforeach()
endforeach()

# What tools/fuzz runs.
list(JOIN fuzz_names "\n" fuzz_lines)
file(WRITE ${CMAKE_BINARY_DIR}/fuzz_targets.txt "${fuzz_lines}\n")
