# `cmake --install build --prefix DIR`: the command, both libraries, the torch-free headers and
# find_package(inkling).
include(CMakePackageConfigHelpers)
install(TARGETS inkling inkling_cli EXPORT inklingTargets)
if(INKLING_ENGINE)
  install(TARGETS inkling_engine)
endif()
foreach(header api/inkling.h base/error.h)
  get_filename_component(folder ${header} DIRECTORY)
  install(FILES src/inkling/${header} DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/inkling/${folder})
endforeach()
install(EXPORT inklingTargets NAMESPACE inkling:: DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/inkling)
file(WRITE ${CMAKE_BINARY_DIR}/inklingConfig.cmake
  "include(\${CMAKE_CURRENT_LIST_DIR}/inklingTargets.cmake)\n")
write_basic_package_version_file(${CMAKE_BINARY_DIR}/inklingConfigVersion.cmake
  VERSION ${PROJECT_VERSION} COMPATIBILITY SameMinorVersion)
install(FILES ${CMAKE_BINARY_DIR}/inklingConfig.cmake ${CMAKE_BINARY_DIR}/inklingConfigVersion.cmake
  DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/inkling)
