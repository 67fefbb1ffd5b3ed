# A room is a folder of src/inkling. Sources are found: x.cc is code, x_test.cc its test, x_bench.cc its
# benchmark and x_fuzz.cc its fuzz target.

# inkling_room_sources(SOURCES TESTS room...) sets both lists in the caller's scope.
function(inkling_room_sources sources tests)
  set(found_sources)
  set(found_tests)
  foreach(room ${ARGN})
    file(GLOB_RECURSE all CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/src/inkling/${room}/*.cc)
    foreach(file ${all})
      if(file MATCHES "_test\\.cc$")
        list(APPEND found_tests ${file})
      elseif(NOT file MATCHES "_(bench|fuzz)\\.cc$")
        list(APPEND found_sources ${file})
      endif()
    endforeach()
  endforeach()
  set(${sources} ${found_sources} PARENT_SCOPE)
  set(${tests} ${found_tests} PARENT_SCOPE)
endfunction()
