# Benchmarks: x_bench.cc beside the code. Each compares with a peer or with its plain twin in the same run.
find_package(benchmark REQUIRED)

# inkling_benches(TARGET LIBRARY room...) makes one program of the rooms' benchmarks, if there are any.
function(inkling_benches target library)
  set(found)
  foreach(room ${ARGN})
    file(GLOB_RECURSE sources CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/src/inkling/${room}/*_bench.cc)
    list(APPEND found ${sources})
  endforeach()
  if(found)
    add_executable(${target} ${found})
    target_link_libraries(${target} PRIVATE ${library} ICU::uc benchmark::benchmark_main)
  endif()
endfunction()

inkling_benches(core_bench inkling base config text data formats metrics api)
if(INKLING_ENGINE)
  inkling_benches(engine_bench inkling_engine tensor nn optim bilevel tasks encoders methods train)
  if(TARGET engine_bench)
    set_target_properties(engine_bench PROPERTIES BUILD_RPATH "\$ORIGIN;${INKLING_TORCH_LIB}")
  endif()
endif()
