// UNCOMPILED: written without a Swift compiler at hand; nobody has built or run it yet.
//
// Posts sessions to a Windfall hub, one row per install and day, so that crash-free users have their denominator
// (docs/usage.md). Crashes come from KSCrash's own HTTP sink (docs/kscrash.md); give it the same install id:
//
//     let usage = WindfallUsage(hub: URL(string: "https://crashes.example.org")!, key: "wfi_…")
//     usage.start()
//     // KSCrash: installation.url = usage.reportsURL
//
// Sending the same day again is safe: the hub keeps the largest of each number.

#if canImport(UIKit)
import UIKit

@MainActor
public final class WindfallUsage {
    private let hub: URL
    private let key: String
    private let defaults: UserDefaults
    private var foregroundSince: Date?
    private var leftForegroundAt: Date?

    /// A background stay longer than this ends a session.
    private let sessionGap: TimeInterval = 30

    public init(hub: URL, key: String, defaults: UserDefaults = .standard) {
        self.hub = hub
        self.key = key
        self.defaults = defaults
    }

    /// A random id of this install; it leaves with the app.
    public var installId: String {
        if let known = defaults.string(forKey: "windfall.install") { return known }
        let made = UUID().uuidString
        defaults.set(made, forKey: "windfall.install")
        return made
    }

    /// Where KSCrash's sink sends its reports, with the install that joins them with usage.
    public var reportsURL: URL {
        var parts = URLComponents(url: hub.appendingPathComponent("ingest/reports"), resolvingAgainstBaseURL: false)!
        parts.queryItems = [URLQueryItem(name: "key", value: key), URLQueryItem(name: "install", value: installId)]
        return parts.url!
    }

    public func start() {
        let center = NotificationCenter.default
        center.addObserver(forName: UIApplication.didBecomeActiveNotification, object: nil, queue: .main) { [weak self] _ in
            MainActor.assumeIsolated { self?.enterForeground() }
        }
        center.addObserver(forName: UIApplication.didEnterBackgroundNotification, object: nil, queue: .main) { [weak self] _ in
            MainActor.assumeIsolated { self?.leaveForeground() }
        }
        enterForeground()
    }

    private func enterForeground() {
        guard foregroundSince == nil else { return }
        foregroundSince = Date()
        let isNew = leftForegroundAt.map { Date().timeIntervalSince($0) > sessionGap } ?? true
        if isNew { add(sessions: 1, seconds: 0) }
        send()
    }

    private func leaveForeground() {
        guard let since = foregroundSince else { return }
        add(sessions: 0, seconds: Int(Date().timeIntervalSince(since)))
        foregroundSince = nil
        leftForegroundAt = Date()
        send()
    }

    private static let dayFormat: DateFormatter = {
        let format = DateFormatter()
        format.locale = Locale(identifier: "en_US_POSIX")
        format.timeZone = TimeZone(identifier: "UTC")
        format.dateFormat = "yyyy-MM-dd"
        return format
    }()

    private var today: String { Self.dayFormat.string(from: Date()) }

    private func add(sessions: Int, seconds: Int) {
        let count = defaults.integer(forKey: "windfall.sessions.\(today)") + sessions
        let total = defaults.integer(forKey: "windfall.seconds.\(today)") + seconds
        defaults.set(count, forKey: "windfall.sessions.\(today)")
        defaults.set(total, forKey: "windfall.seconds.\(today)")
    }

    private func send() {
        let info = Bundle.main.infoDictionary ?? [:]
        let system = ProcessInfo.processInfo.operatingSystemVersion
        let os = [system.majorVersion, system.minorVersion, system.patchVersion].map(String.init)
        let row: [String: Any] = [
            "installId": installId,
            "day": today,
            "app": Bundle.main.bundleIdentifier ?? "",
            "version": info["CFBundleShortVersionString"] as? String ?? "",
            "build": info["CFBundleVersion"] as? String ?? "",
            "platform": UIDevice.current.userInterfaceIdiom == .pad ? "iPadOS" : "iOS",
            "os": (system.patchVersion == 0 ? Array(os.prefix(2)) : os).joined(separator: "."),
            "device": model,
            "sessions": defaults.integer(forKey: "windfall.sessions.\(today)"),
            "foregroundSeconds": defaults.integer(forKey: "windfall.seconds.\(today)"),
        ]
        var request = URLRequest(url: hub.appendingPathComponent("ingest/usage"))
        request.httpMethod = "POST"
        request.setValue("Bearer \(key)", forHTTPHeaderField: "Authorization")
        request.setValue("application/json", forHTTPHeaderField: "Content-Type")
        request.httpBody = try? JSONSerialization.data(withJSONObject: [row])
        URLSession.shared.dataTask(with: request).resume()
    }

    /// iPhone18,1: the model code that crash reports carry too.
    private var model: String {
        var name = utsname()
        uname(&name)
        return withUnsafeBytes(of: &name.machine) { bytes in
            String(decoding: bytes.prefix(while: { $0 != 0 }), as: UTF8.self)
        }
    }
}
#endif
