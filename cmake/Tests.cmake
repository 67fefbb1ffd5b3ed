find_package(GTest REQUIRED)
include(GoogleTest)

# rapidcheck has no CMake package in the distribution.
find_library(RAPIDCHECK rapidcheck REQUIRED)

add_executable(core_tests ${core_tests})
target_link_libraries(core_tests PRIVATE inkling GTest::gtest_main GTest::gmock ${RAPIDCHECK}
  nlohmann_json::nlohmann_json LibArchive::LibArchive ZLIB::ZLIB
  ICU::uc OpenSSL::Crypto simdjson::simdjson Threads::Threads)
gtest_discover_tests(core_tests WORKING_DIRECTORY ${CMAKE_SOURCE_DIR} DISCOVERY_TIMEOUT 60
  PROPERTIES TIMEOUT 300)

if(INKLING_ENGINE)
  file(GLOB law_tests CONFIGURE_DEPENDS tests/oracle/*.cc tests/conformance/*.cc)
  add_executable(engine_tests ${engine_tests} ${law_tests})
  target_include_directories(engine_tests PRIVATE ${CMAKE_SOURCE_DIR})
  target_link_libraries(engine_tests PRIVATE inkling_engine GTest::gtest_main GTest::gmock
    nlohmann_json::nlohmann_json)
  target_precompile_headers(engine_tests PRIVATE src/inkling/tensor/torch_pch.h)
  set_target_properties(engine_tests PROPERTIES BUILD_RPATH "\$ORIGIN;${INKLING_TORCH_LIB}")
  # Loading libtorch takes a good part of a second, so a suite is one ctest entry.
  set(engine_suites)
  foreach(file ${engine_tests} ${law_tests})
    file(STRINGS ${file} lines REGEX "^(TEST|TEST_F|TEST_P|INSTANTIATE_TEST_SUITE_P)\\(")
    foreach(line ${lines})
      string(REGEX REPLACE "^[A-Z_]+\\(([A-Za-z0-9]+).*" "\\1" suite "${line}")
      if(line MATCHES "^INSTANTIATE")
        string(REGEX REPLACE "^[A-Z_]+\\(([A-Za-z0-9]+), *([A-Za-z0-9]+).*" "\\1/\\2" suite "${line}")
      elseif(line MATCHES "^TEST_P")
        continue()
      endif()
      list(APPEND engine_suites ${suite})
    endforeach()
    set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${file})
  endforeach()
  list(REMOVE_DUPLICATES engine_suites)
  foreach(suite ${engine_suites})
    add_test(NAME engine.${suite} COMMAND engine_tests --gtest_filter=${suite}.*
             WORKING_DIRECTORY ${CMAKE_SOURCE_DIR})
    # A filter that selects nothing is no success. Tests run side by side: one thread each.
    set_tests_properties(engine.${suite} PROPERTIES TIMEOUT 1200 ENVIRONMENT OMP_NUM_THREADS=1
      FAIL_REGULAR_EXPRESSION "Running 0 tests")
  endforeach()
endif()

# The command line's tests are text files; each is one ctest entry.
find_package(Python3 REQUIRED COMPONENTS Interpreter)
file(GLOB cli_files CONFIGURE_DEPENDS tests/cli/*.test)
foreach(file ${cli_files})
  get_filename_component(name ${file} NAME_WE)
  add_test(NAME cli.${name} COMMAND ${Python3_EXECUTABLE} ${CMAKE_SOURCE_DIR}/tools/cli_test.py
    --program $<TARGET_FILE:inkling_cli> ${file} WORKING_DIRECTORY ${CMAKE_SOURCE_DIR})
  set_tests_properties(cli.${name} PROPERTIES TIMEOUT 300 SKIP_RETURN_CODE 77)
endforeach()
