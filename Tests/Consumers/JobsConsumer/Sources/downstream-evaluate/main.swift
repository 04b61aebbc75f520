import Downstream
import EvaluateProgram

EvaluateCommand.main(registering: registerDownstream)
