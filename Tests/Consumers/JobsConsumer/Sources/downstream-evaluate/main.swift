import Downstream
import EvaluateCommand

EvaluateCommand.main(registering: registerDownstream)
