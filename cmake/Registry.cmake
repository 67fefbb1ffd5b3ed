# Plugins are found, not listed: a folder formats/<name>, encoders/<name>, methods/<name> or tasks/<name> is
# one plugin. Static self-registration in a library registers nothing, so a table is generated.
#
# A format gives     <name>.h      std::unique_ptr<Format> inkling::<name>::make()
# The others give    options.h     inkling::<name>::Options and inkling::<name>::kInfo, torch-free
#                    <name>.h      inkling::<name>::make(const Options&, ...), in the engine
# A method may give  head.h        inkling::<name>::head, a HeadScores, in the engine
# Where the folder's name is no C++ name, dots and dashes become underscores.

function(inkling_plugins kind result)
  file(GLOB folders CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/src/inkling/${kind}/*)
  set(names)
  foreach(folder ${folders})
    if(IS_DIRECTORY ${folder})
      get_filename_component(name ${folder} NAME)
      list(APPEND names ${name})
    endif()
  endforeach()
  list(SORT names)
  set(${result} ${names} PARENT_SCOPE)
endfunction()

# One line of INCLUDE and one of ENTRY per plugin, with @name@ replaced, into TEMPLATE's @includes@ and @entries@;
# only of those whose folder has the file of an optional last argument.
function(inkling_registry kind template output include entry)
  inkling_plugins(${kind} names)
  if(ARGC GREATER 5)
    file(GLOB with_file CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/src/inkling/${kind}/*/${ARGV5})
    list(TRANSFORM with_file REPLACE ".*/([^/]+)/[^/]+$" "\\1")
    list(SORT with_file)
    set(names ${with_file})
  endif()
  set(includes)
  set(entries)
  foreach(name ${names})
    string(CONFIGURE "${include}" line @ONLY)
    string(APPEND includes "${line}\n")
    string(CONFIGURE "${entry}" line @ONLY)
    string(APPEND entries "      ${line},\n")
  endforeach()
  configure_file(${CMAKE_SOURCE_DIR}/cmake/${template} ${CMAKE_BINARY_DIR}/generated/${output} @ONLY)
endfunction()

function(inkling_generate_registries result)
  inkling_registry(formats formats.cc.in formats.cc
    "#include \"inkling/formats/@name@/@name@.h\"" "&@name@::make")
  set(sources ${CMAKE_BINARY_DIR}/generated/formats.cc)
  set(engine_sources)
  foreach(kind encoders methods tasks)
    string(REGEX REPLACE "s$" "" Kind ${kind})
    inkling_registry(${kind} plugin_options.cc.in ${kind}_options.cc
      "#include \"inkling/${kind}/@name@/options.h\"" "entry<@name@::Options>(@name@::kInfo)")
    list(APPEND sources ${CMAKE_BINARY_DIR}/generated/${kind}_options.cc)
    inkling_registry(${kind} ${kind}_makers.cc.in ${kind}_makers.cc
      "#include \"inkling/${kind}/@name@/@name@.h\"" "maker<@name@::Options>(@name@::kInfo, @name@::make)")
    list(APPEND engine_sources ${CMAKE_BINARY_DIR}/generated/${kind}_makers.cc)
  endforeach()
  inkling_registry(methods methods_heads.cc.in methods_heads.cc
    "#include \"inkling/methods/@name@/head.h\"" "{\"@name@\", @name@::head}" head.h)
  list(APPEND engine_sources ${CMAKE_BINARY_DIR}/generated/methods_heads.cc)
  set(${result} ${sources} PARENT_SCOPE)
  set(engine_registry_sources ${engine_sources} PARENT_SCOPE)
endfunction()
