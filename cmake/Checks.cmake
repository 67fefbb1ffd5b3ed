# Checks that are no test programs, as entries of ctest: its summary then tells of everything.

# The format of every source.
add_test(NAME tools.format COMMAND ${CMAKE_SOURCE_DIR}/tools/format --check)

# Every fuzz target: its corpus, then a short run.
if(EXISTS ${CMAKE_SOURCE_DIR}/tools/fuzz)
  add_test(NAME tools.fuzz COMMAND ${CMAKE_SOURCE_DIR}/tools/fuzz)
  set_tests_properties(tools.fuzz PROPERTIES TIMEOUT 1200 PROCESSORS 2 COST 1000)
endif()

# The example program, built and run against an installed tree.
if(INKLING_ENGINE)
  add_test(NAME examples.installed COMMAND ${CMAKE_SOURCE_DIR}/tools/test_installed ${CMAKE_BINARY_DIR})
  set_tests_properties(examples.installed PROPERTIES TIMEOUT 600)
endif()

# The reference page is what the command prints.
if(INKLING_ENGINE)
  add_test(NAME tools.reference COMMAND sh -c
    "$<TARGET_FILE:inkling_cli> reference | diff ${CMAKE_SOURCE_DIR}/docs/reference.md - || { echo 'run: build/inkling reference > docs/reference.md'; exit 1; }")
endif()
