import Basics
import Checkpoints
import Configurate
import Documents
import Evaluating
import Evaluations
import Figures
import Hub
import Jobs
import Journals
import Models
import RemoteModels
import Serving
import Sharding
import Tasks
import Templating
import TensorCore
import Tokenization
import Training
import Weights

/// The exit code of an error that one of the layers states in a sentence; `nil` for errors of the argument parser.
func exitCode(for error: any Error) -> Int32? {
  if error is OutputError { return StandardOutput.failureCode }
  let fault: JobError.Fault? =
    switch error {
    case let error as JobError: error.fault
    case let error as CheckpointError:
      switch error.fault {
      case .missing: .missingInput
      case .malformed, .request: .badData
      case .unwritable: .usage
      }
    case let error as JournalError:
      switch error.kind {
      case .busy: .tryAgain
      case .unwritable, .noFolder: .usage
      case .damaged, .otherDatabase, .newerFormat: .badData
      }
    case let error as HubError:
      switch error.remedy {
      case .request, .unwritable: .usage
      case .missing, .unauthorized: .missingInput
      case .transfer: .tryAgain
      case .damaged: .badData
      }
    case let error as DocumentError: error.isMissing ? .missingInput : .badData
    case let error as TaskError:
      switch error.fault {
      case .usage: .usage
      case .badData: .badData
      case .missingInput: .missingInput
      case .tryAgain: .tryAgain
      }
    case let error as TrainingError:
      switch error.fault {
      case .usage: .usage
      case .badData: .badData
      case .missing: .missingInput
      }
    case let error as RemoteError: fault(of: error)
    case let error as ServerError: fault(of: error)
    case let error as EvaluationError: error.isAboutData ? .badData : .usage
    case let error as SettingsError:
      error.isOfMissingFile ? .missingInput : error.isOfData ? .badData : .usage
    case is FigureError: .usage
    case let error as DivergenceError: error.isAboutData ? .badData : .usage
    case is ThreadCountError, is TopologyError, is LaunchError, is PlacementError,
      is ProcessMeshError:
      .usage
    case is InstructionSetError: .usage
    case let error as CommunicatorError: fault(of: error)
    case is ByteError: .internalError
    case is ParameterError, is ModelError, is TokenError, is TensorFileError: .badData
    case let error as TokenizerError: fault(of: error)
    case let error as WeightsError: error.isUnwritable ? .usage : .badData
    case is TemplateError: .badData
    default: nil
    }
  return fault?.rawValue
}

/// Of another process that failed, its own; a rank that is lost may be there another time.
private func fault(of error: CommunicatorError) -> JobError.Fault {
  guard case .rankFailed(_, _, let status?) = error.reason else { return .tryAgain }
  return JobError.Fault(rawValue: status) ?? .internalError
}

/// What a setting names is a matter of the command line, what a file holds one of the data.
private func fault(of error: TokenizerError) -> JobError.Fault {
  switch error.kind {
  case .unknown, .refused: .usage
  case .missing: .missingInput
  case .outsideVocabulary, .unused, .notAnID, .damaged, .unsupported: .badData
  }
}

private func fault(of error: RemoteError) -> JobError.Fault {
  switch error.kind {
  case .address, .lacks: .usage
  case .noModel: .missingInput
  case .malformed: .badData
  case .status(let status, _, _): status == 429 || status >= 500 ? .tryAgain : .usage
  case .budget, .unreachable: .tryAgain
  }
}

private func fault(of error: ServerError) -> JobError.Fault {
  switch error.kind {
  case .noKeyFile: .missingInput
  case .noKeys: .badData
  case .host: .usage
  case .unavailable: .tryAgain
  }
}
