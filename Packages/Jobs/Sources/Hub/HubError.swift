public import Basics

/// Why a model or a data set could not be had from the cache or the Hub.
///
/// The facts are in ``kind``; ``description`` is the sentence made of them.
public struct HubError: ReportableError, Sendable, Equatable {
  /// What would help.
  public enum Remedy: Sendable, Equatable {
    /// A name or setting that is wrong.
    case request
    /// The Hub does not have it, or it is offline and the cache does not have it.
    case missing
    /// The Hub wants a token, or another one.
    case unauthorized
    /// The network or the Hub failed; what has arrived is kept, and the same call resumes from there.
    case transfer
    /// What arrived is not what the Hub announced.
    case damaged
    /// The cache cannot be written.
    case unwritable
  }

  /// What was asked for, or what of it arrived.
  public indirect enum Item: Sendable, Equatable {
    case repository(HubModel.Kind, String)
    case file(String, of: Item)
    /// What a server answers about a model or a data set.
    case answer(host: String, about: Item)
    /// What stands before the body of a response.
    case head(host: String)
    case response(host: String)

    static func dataset(_ name: String) -> Item { .repository(.dataset, name) }
    static func repository(_ model: HubModel) -> Item { .repository(model.kind, "\(model)") }
  }

  /// What went wrong, with its facts.
  public indirect enum Kind: Sendable, Equatable {
    // Names and settings
    case noModelName(String)
    case noRevisionName(String, in: String)
    case noAddress(variable: String, value: String)
    case severalWeights(model: String, [String])
    case leavesFolder(what: String, name: String, dataset: String)
    case neitherPathNorModel(path: String, nearest: String?, HubError)

    // What is not there
    case offline(Item, cache: String?)
    case noWeights(model: String, pickled: String?)
    case notFound(Item, host: String)
    case noRevision(of: HubModel.Kind, name: String, revision: String, host: String)
    case noConfiguration(dataset: String, name: String, known: [String])
    case noSplit(dataset: String, name: String, known: [String])
    case onlyPart(dataset: String, host: String)
    case cutTexts(dataset: String)

    // What wants another token
    case gated(model: String, address: String, hasToken: Bool)
    case hidden(Item, host: String, hasToken: Bool)
    case hiddenDataset(String, host: String)

    // What may succeed later
    case broken(host: String, Break)
    case busy(host: String, Item)
    case status(Int, host: String, Item)
    case redirect(host: String, Redirect)
    case incomplete(file: String, arrived: Int, expected: Int)
    case changed(file: String)
    case noRange(file: String, start: Int)
    case wrongRange(start: Int, found: String)
    case resumable(file: String, model: String, HubError)

    // What arrived damaged
    /// The status, where it is what means nothing here.
    case notUnderstood(Item, status: Int? = nil)
    case tooLong(Item, limit: Int)
    case moreThanAnnounced(path: String, size: Int)
    case noSize(file: String, model: String)
    case wrongDigest(file: String, model: String, expected: String)
    case noTag(file: String, model: String, found: String)
    case fileOutside(model: String, file: String)
    case wrongRows(dataset: String, Rows)

    // What cannot be written
    case unwritable(action: String, reason: String)
    case symbolicLink(String)
  }

  /// How a transfer broke.
  public enum Break: Sendable, Equatable {
    case refused, noHost, timeout, lost, notTrusted, noResponse
    /// Below this rate for the whole window of ``HubSettings/Pace``.
    case tooSlow(bytesPerSecond: Double)
    /// libcurl's own words.
    case other(String)
  }

  /// A redirect that is not followed.
  public enum Redirect: Sendable, Equatable {
    case noAddress(String)
    case unsafe(String)
    case endless(Int)
  }

  /// How the rows of a page differ from those that were requested.
  public enum Rows: Sendable, Equatable {
    case index(expected: Int, found: Int)
    case total(before: Int, found: Int)
    case excess(count: Int, total: Int)
    case missing
  }

  public let kind: Kind

  public init(_ kind: Kind) { self.kind = kind }

  /// What would help.
  public var remedy: Remedy {
    switch kind {
    case .noModelName, .noRevisionName, .noAddress, .severalWeights, .leavesFolder: .request
    case .neitherPathNorModel(_, _, let reason): reason.remedy
    case .offline, .noWeights, .notFound, .noRevision, .noConfiguration, .noSplit, .onlyPart, .cutTexts:
      .missing
    case .gated, .hidden, .hiddenDataset: .unauthorized
    case .broken, .busy, .status, .redirect, .incomplete, .changed, .noRange, .wrongRange, .resumable:
      .transfer
    case .notUnderstood, .tooLong, .moreThanAnnounced, .noSize, .wrongDigest, .noTag, .fileOutside,
      .wrongRows:
      .damaged
    case .unwritable, .symbolicLink: .unwritable
    }
  }

  public var fault: Fault {
    switch remedy {
    case .request, .unwritable: .usage
    case .missing, .unauthorized: .missingInput
    case .transfer: .tryAgain
    case .damaged: .badData
    }
  }

  /// Whether to resume at once: the connection failed, not the server.
  var isInterruption: Bool {
    switch kind {
    case .broken, .incomplete, .changed, .noRange, .wrongRange: true
    default: false
    }
  }

  /// Whether what has arrived cannot be continued.
  var isOfAnotherVersion: Bool {
    switch kind {
    case .changed, .noRange, .wrongRange: true
    default: false
    }
  }
}
