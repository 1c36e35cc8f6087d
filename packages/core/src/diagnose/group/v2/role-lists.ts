/**
 * What frames are for, as data: names of the systems' functions by their role. The first list that matches decides; what matches none
 * is an API of the system. Changing a list changes keys: raise `SIGNATURE_VERSION` with it.
 */
import type { Role } from "./roles.ts";

export interface RoleList {
  readonly role: Role;
  readonly names: readonly RegExp[];
}

export const ROLE_LISTS: readonly RoleList[] = [
  {
    // How a process ends: says nothing about why.
    role: "plumbing",
    names: [
      /^_?_?pthread_kill$/,
      /^(__)?abort(_with_payload|_with_reason)?$/,
      /^_sigtramp$/,
      /^raise$/,
      /^abort_message$/,
      /^demangling_(terminate|unexpected)_handler/,
      /^std::(__)?_?terminate/,
      /^_objc_terminate/,
      /^__cxa_(throw|rethrow)$/,
      /^__exceptionPreprocess$/,
      /^(start|_start|thread_start|start_wqthread|_pthread_(wqthread|start|body))$/,
      /^-\[NSException (raise|initWith)|^\+\[NSException raise/,
    ],
  },
  {
    // Where the code of the app is left on purpose: the frame below is what counts.
    role: "boundary",
    names: [
      /(^|\bin )_?assertionFailure\(/,
      /^_fatalErrorMessage/,
      /^_swift_stdlib_reportFatalError/,
      /^swift::(swift_)?(abort|fatalError|crash)/,
      /^swift_(unexpectedError|reportError|dynamicCastFailure|abortRetainUnowned|abort\w+)/,
      /^objc_exception_(throw|rethrow)$/,
      /^_dispatch_assert_queue_fail$|^dispatch_assert_queue/,
      /^swift_task_(isCurrentExecutor|reportUnexpectedExecutor|checkIsolated)/,
      /^__assert_rtn$/,
      /^-\[NSAssertionHandler handleFailureIn/,
      /^__os_crash|^_os_crash/,
    ],
  },
  {
    // On top of every use after free and every wrong cast.
    role: "runtime",
    names: [
      /^_?_?objc_(msgSend|retain|release|autorelease|storeStrong|loadWeak|opt_|destroyWeak|initWeak|copyWeak)/,
      /^_objc_(rootRelease|rootRetain|msgSend|retain|release)/,
      /^_?swift_(retain|release|bridgeObject|unknownObject|weak|unowned|dynamicCast|getWitnessTable|getGeneric|initStack|beginAccess|isUniquely|deallocClassInstance|arrayDestroy|getObjCClass)/,
      /^swift::(RefCounts|HeapObject|metadataimpl|runtime|AccessSet)/,
      /^_swift_release_dealloc|^_swift_retain/,
      /^(CFRetain|CFRelease|_CFRelease|_Block_release|_Block_copy|_Block_object_dispose)$/,
      /^___forwarding___$|^_CF_forwarding_prep_\d$|doesNotRecognizeSelector:\]$/,
      /^(_?platform_mem|mem(move|cpy|set)|_xzm_|_?malloc|_?free$|tiny_|nanov2_|szone_)/,
      /^dyld_stub_|^_?dyld/,
    ],
  },
  {
    role: "container",
    names: [
      /^(specialized )?(Swift\.)?(Array|ContiguousArray|ArraySlice|Dictionary|Set|String|Substring|Optional|Range|RangeReplaceableCollection|Collection|Sequence|_NativeDictionary|_NativeSet|UnsafeMutable\w+|Unsafe\w+)[<.]/,
    ],
  },
  {
    // What calls queues, run loops and tasks.
    role: "dispatch",
    names: [
      /^_?dispatch_/,
      /^__?CF_?RUNLOOP|^__?CFRunLoop|^CFRunLoopRun/,
      /^GSEventRun/,
      /^swift::runJobInEstablishedExecutorContext|^swift_job_run|^completeTask|^swift_task_switch/,
      /^__NSThreadPerformPerform|^__NSThread__start__|^__NSFireTimer|^__NSBLOCKOPERATION/,
      /^_pthread_/,
      /^UIApplicationMain$|^NSApplicationMain$|^-\[(UI|NS)Application (_?run|_runWith)/,
    ],
  },
  { role: "ui-engine", names: [/^AG::/, /^AGGraph/, /^(closure #\d in )*(ViewGraph|GraphHost|ViewRendererHost)\./] },
];

/** Waits in the kernel: the thread does nothing until another does something. */
export const WAITS: RegExp =
  /^(_?_?psynch_|__ulock_wait|__ulock_lock|semaphore_(timed)?wait|mach_msg|kevent|__select|__workq|__semwait|_?pthread_(cond|mutex|join)|__wait4|nanosleep|__read_nocancel$|__recvfrom)/;

/** Wrappers that SDKs put around the app's own calls: they are on many stacks and at fault for few. */
export const WRAPPERS: readonly RegExp[] = [
  /swizz?l/i,
  /\b(dd|sentry|fir|nr|bugsnag|instana)_\w+/,
  /(^|[ .])(original|orig)_/i,
];

/** Where every program begins. */
export const ENTRY: RegExp = /^(main|_main|start|\$main\(\)|(\w+\.)*\$?main\(\))$/;

/** Folders that package managers check code out to; the name behind is whose code it is. */
export const CHECKOUTS: RegExp =
  /\/(?:SourcePackages\/checkouts|Pods|Carthage\/Checkouts|\.build\/checkouts)\/([^/]+)\//;

/** Modules of the system that are compiled into apps. */
export const STANDARD_MODULES: ReadonlySet<string> = new Set([
  "Swift",
  "_Concurrency",
  "_StringProcessing",
  "_RegexParser",
  "Synchronization",
  "Observation",
  "Foundation",
  "FoundationEssentials",
  "Combine",
  "SwiftUI",
  "SwiftUICore",
  "UIKit",
  "__C",
  "__C_Synthesized",
  "ObjectiveC",
  "Dispatch",
  "CoreFoundation",
  "CoreGraphics",
]);
