/**
 * Apple's log types by their number, `bug_type`: what each is called in Apple's own table (as of the 27 releases), and what we
 * take it for. What has no kind is a log of some service, not a report: only the facts of its header are shown.
 */
import type { ReportKind } from "../report.ts";

export interface BugType {
  /** Apple's name. */
  readonly name: string;
  readonly kind: ReportKind;
  /** A log or statistics of the system, of which nothing but the header is shown. */
  readonly isIgnored: boolean;
}

/** `code name`, separated by commas, as in Apple's table; some names have blanks. */
function listed(kind: ReportKind, codes: string, isIgnored = kind === "telemetry"): (readonly [string, BugType])[] {
  return codes.split(", ").map((row) => {
    const at = row.indexOf(" ");
    return [row.slice(0, at), { name: row.slice(at + 1), kind, isIgnored }] as const;
  });
}

export const BUG_TYPES: ReadonlyMap<string, BugType> = new Map([
  ...listed("crash", "9 Crash, 109 Crash, 309 Crash"),
  ...listed("fault", "308 OSFault"),
  ...listed(
    "hang",
    "11 Spin, 12 Hang, 17 ShutdownStall, 24 SleepWakeFailure, 28 WatchdogTimeout, 29 ServiceWatchdogTimeout, " +
      "207 HangSpin, 222 LongRunloopHang, 223 ShortRunloopHang, 228 ThirdPartyHang, 239 HangWorkflowResponsiveness, " +
      "302 glitchyspin, 310 MicroRunloopHang, 328 ThirdPartyHangDeveloper",
  ),
  ...listed("launch", "238 AppLaunchDiagnostics, 248 HotSpotAppLaunchLog"),
  ...listed(
    "cpu",
    "22 ExcResource, 23 MicroStackShots, 157 CPUMicroSS, 174 MicroStackshot, 185 ExcResource, 202 SymptomsCPUUsage, " +
      "206 SymptomsCPUUsageFatal, 220 PowerMicroStackshots, 385 ExcResource",
  ),
  ...listed("wakeups", "25 WakeupsMonitorViolation, 142 SymptomsCPUWakes"),
  ...listed("disk-writes", "44 IOMicroStackShot, 144 HotSpotIOMicroSS, 145 SymptomsIO"),
  ...listed("memory", "30 MemoryResource, 152 MemorySnapshot, 154 MemoryGraph"),
  ...listed("threads", "227 ExcResourceThreads, 327 ExcResourceThreads"),
  ...listed("jetsam", "98 Jetsam, 198 LegacyJetsam, 298 Jetsam, 301 SystemMemoryReset"),
  ...listed(
    "stackshot",
    "186 KtraceStackshot, 188 LegacyStackshot, 288 Stackshot, 409 SystemWatchdogCrash, 509 TerminatingStackshot",
  ),
  ...listed("panic", "10 Panic, 110 Panic, 115 ResetCount, 151 ForceReset, 210 Panic, 410 AutomationPanic"),
  ...listed("other", "21 GPURestart, 120 LowBattery, 183 OTASUpdate, 184 GPURestart, 187 Sandbox, 284 GPUEvent"),
  ...listed(
    "telemetry",
    "33 CoreAnalytics, 201 Siri, 211 CoreAnalytics, 225 AppStoreTransparency, 313 SiriSearchFeedback",
  ),
  ...listed(
    "other",
    "13 ConnectionFailure, 14 MessageTracer, 18 AssumptionViolation, 20 xprotect, 26 ping, 27 WirelessDiagnostics, " +
      "31 Bridge, 32 FirmwareIntegrity, 34 AutoBugCapture, 35 EfiFirmwareIntegrity, 36 SystemStats, 37 AnonSystemStats, " +
      "45 spin45, 50 DifferentialPrivacy, 58 DuetKnowledgeCollector2, 83 BridgeRestore, 100 LDCM, 101 CLTM, 116 System, " +
      "117 WiFi, 118 Bluetooth, 119 General, 141 IOPowerSources, 143 SCPMotion, 146 honeybee payload, " +
      "147 honeybee heartbeat, 148 honeybee issue, 149 MultitouchFirmware, 150 DifferentialPrivacy, " +
      "153 BearTrapReserved, 155 NetworkUsage, 156 CoreTime, 158 DuetKnowledgeCollector, 159 BasebandCrash, " +
      "160 StepCount, 161 MotionState, 162 Natalies, 163 SiriMiss, 164 SubDiagHeartBeat, 165 StorageStatus, " +
      "166 KeyboardAccuracy, 167 PrivacySettings, 168 CarouselEvent, 169 SiriTransaction, 170 SubmissionReserved, " +
      "171 MesaReserved, 172 ECCEvent, 173 CellularPerfReserved, 175 DuetDB, 176 FlashStatus, 177 UIAutomation, " +
      "178 PowerLogLite, 179 Session, 180 WifiReserved, 181 WifiDriverReserved, 182 AccessoryUpdate, 189 iMessages, " +
      "191 FaceTime, 192 GasGauge, 193 AggregateD, 194 SURestore, 195 BasebandStats, 197 MACorrelation, 199 Modem, " +
      "203 SiriAppPrediction, 204 AutoBugCapture, 205 PanicStats, 209 WifiCrash, 212 BTMetadata, 213 Rosetta, " +
      "214 Rhodes, 215 SiriAppSelection, 216 Rosetta_B, 217 Portrait, 218 MultichannelAudio, 219 SiriActionPrediction, " +
      "221 WifiCrashBinary, 224 RTCTransparency, 226 SecurityTransparency, 229 SiriNotificationTransparency, " +
      "230 PowerLog, 231 CoreHandwriting, 233 GeoServicesTransparency, 234 BiomeMapReduce, 235 WifiSensing, " +
      "236 KeyTransparency, 237 SKAdNetworkAnalytics, 240 AVConference, 241 AMTStreamingStallNetworkDiagnostics, " +
      "242 ProactiveDeadlockDetection, 243 CompositorClientHang, 244 DeviceRecoveryEnvironmentDiagnostics, " +
      "245 DeviceRecoveryEnvironmentSystemCapture, 278 log-power, 303 ProactiveEventTrackerTransparency, " +
      "304 PrivateFederatedLearning, 305 AudioAccessory, 311 HomeProductsAnalytics, 312 DiagnosticRequest, " +
      "329 TVSystemUptimeSensorData, 330 DataStreamSensorData, 331 WatchAccelerometerSensorData, T01 TestA, T02 TestB, " +
      "T03 TestC, T04 TestLargeFile, T05 TestDisabledOnMac, T06 TestDisabledOnEmbedded, T07 TestDisabledFromSyncing, " +
      "T08 TestDeleteOnRetire, chw CoreHandwriting, diff_privacy DifferentialPrivacy, metriclog AWDMetricLog, " +
      "powerlog PowerLog, system_profile SystemInformation",
    true,
  ),
]);
