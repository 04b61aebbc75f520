public import Foundation

/// Where the Hub and its cache are, and who asks: the environment variables that Hugging Face's own tools
/// read.
public struct HubSettings: Sendable {
  /// `HF_ENDPOINT`.
  public var endpoint: URL
  /// `ASSAY_DATASETS_SERVER`, else the endpoint's host after `datasets-server.`, as the `datasets` library has it.
  public var datasetServer: URL
  /// Whether that server was named, rather than found by the endpoint: then data sets are asked for there alone.
  public var isDatasetServerGiven: Bool
  /// `HF_HUB_CACHE`, else `hub` in `HF_HOME`, else `huggingface/hub` in `XDG_CACHE_HOME` or `~/.cache`.
  public var cache: String
  /// `HF_TOKEN`, else what stands in the file `HF_TOKEN_PATH` or `token` in `HF_HOME`.
  public var token: String?
  /// `HF_HUB_OFFLINE`: the cache only.
  public var isOffline: Bool
  /// When a server is too slow.
  public var pace = Pace()
  /// How often a transfer that breaks is resumed without having got any further, and a busy server asked again.
  public var retries = 3

  /// How slow a server may be before a transfer counts as broken.
  public struct Pace: Sendable {
    /// Seconds without a byte, and to connect: `HF_HUB_DOWNLOAD_TIMEOUT`.
    public var silence = 30.0
    /// Seconds over which the rate is measured.
    public var window = 60.0
    /// The least rate over a window.
    public var bytesPerSecond = 1024.0

    public init() {}
  }

  /// - Throws: ``HubError`` if `HF_ENDPOINT` is no web address.
  public init(
    environment: [String: String] = ProcessInfo.processInfo.environment
  ) throws(HubError) {
    func value(_ names: String...) -> String? {
      names.lazy.compactMap { environment[$0] }.first { !$0.isEmpty }
    }
    let user = value("HOME") ?? NSHomeDirectory()
    let home = Self.expanded(
      value("HF_HOME") ?? (value("XDG_CACHE_HOME") ?? "\(user)/.cache") + "/huggingface", user)
    cache = Self.expanded(value("HF_HUB_CACHE", "HUGGINGFACE_HUB_CACHE") ?? "\(home)/hub", user)
    let address = value("HF_ENDPOINT") ?? "https://huggingface.co"
    guard let url = URL(string: address), ["http", "https"].contains(url.scheme), url.host != nil,
      (1...65535).contains(url.port ?? 443)
    else {
      throw HubError(.noAddress(variable: "HF_ENDPOINT", value: address))
    }
    endpoint = url
    var parts = URLComponents(url: url, resolvingAgainstBaseURL: false)
    parts?.host = "datasets-server.\(url.host ?? "")"
    datasetServer = value("ASSAY_DATASETS_SERVER").flatMap(URL.init(string:)) ?? parts?.url ?? url
    isDatasetServerGiven = value("ASSAY_DATASETS_SERVER") != nil
    isOffline = Self.isOn(value("HF_HUB_OFFLINE", "TRANSFORMERS_OFFLINE"))
    if let seconds = value("HF_HUB_DOWNLOAD_TIMEOUT").flatMap(Double.init), seconds > 0 {
      pace.silence = seconds
    }
    token = value("HF_TOKEN", "HUGGING_FACE_HUB_TOKEN").flatMap(Self.cleaned)
    if token == nil, !Self.isOn(value("HF_HUB_DISABLE_IMPLICIT_TOKEN")) {
      let file = Self.expanded(value("HF_TOKEN_PATH") ?? "\(home)/token", user)
      token = (try? String(contentsOfFile: file, encoding: .utf8)).flatMap(Self.cleaned)
    }
  }

  private static func isOn(_ value: String?) -> Bool {
    ["1", "on", "yes", "true"].contains(value?.lowercased())
  }

  private static func expanded(_ path: String, _ user: String) -> String {
    path == "~" || path.hasPrefix("~/") ? user + path.dropFirst() : path
  }

  /// A token without the newline of its file; `nil` if it could not stand in a header.
  private static func cleaned(_ text: String) -> String? {
    let token = text.trimmingCharacters(in: .whitespacesAndNewlines)
    return !token.isEmpty && token.utf8.allSatisfy { (33...126).contains($0) } ? token : nil
  }
}
