"""The steps of derivations about matrix-level programs: frozen data, each with its result."""

from __future__ import annotations

from dataclasses import replace
from typing import TypeAlias

from jacocalc.records import record
from jacocalc.terms import Index, Term, Var, shifted


@record
class ProgramLine:
    """variable = term; ``implicit``: the variable solves the equation."""

    variable: Var
    term: Term
    implicit: bool = False


@record
class ProgramBlock:
    """Lines of a forward pass; those of a loop run for letter = first, …, last."""

    lines: tuple[ProgramLine, ...]
    letter: str = ""
    first: Index | None = None
    last: Index | None = None


@record
class ForwardProgram:
    """The forward pass with the shape of every variable; ``result`` is the last one."""

    declared: tuple[Var, ...]
    blocks: tuple[ProgramBlock, ...]
    result: Var


@record
class Use:
    """What a statement sends back to one of its variables: the rules, and the contribution in adjoints."""

    statement: Var
    rules: tuple[str, ...]
    result: Term

    def shifted(self, letter: str, by: Index) -> Use:
        """The use at another step: h_t for h_{t−1}, h_T for h_t."""
        statement, result = shifted(self.statement, letter, by), shifted(self.result, letter, by)
        return replace(self, statement=statement, result=result)


@record
class AdjointOf:
    """∂L/∂v: the sum over the uses of v (``applied``), with short adjoints inserted (``result``).

    ``general`` is the result before Σy = 1 is used, where that makes a difference.
    """

    variable: Var
    uses: tuple[Use, ...]
    applied: Term
    general: Term | None
    result: Term


@record
class LoopAdjoint:
    """∂L/∂v_t: ``uses`` at every step, ``ahead`` from step t + 1 (so for t before the last), ``last`` at the last.

    ``result`` is the general formula, ``at_last`` the formula at the last step, where it differs.
    """

    variable: Var
    uses: tuple[Use, ...]
    ahead: tuple[Use, ...]
    last: tuple[Use, ...]
    result: Term
    at_last: Term | None


@record
class LoopAdjoints:
    """The backward pass through a loop, from the last step to the first; ``result`` in the order of evaluation."""

    letter: str
    first: Index
    last: Index
    result: tuple[LoopAdjoint, ...]


@record
class ImplicitAdjoint:
    """h = φ(h, …): the adjoint of the equation, ``name``, solves (I − ∂φ/∂h)ᵀ w = ∂L/∂h; ``jacobian`` is ∂φ/∂h."""

    variable: Var
    name: Var
    jacobian: Term
    result: Term


@record
class LocalDerivative:
    """∂of/∂by of one statement: a matrix, or a tensor of which only the product with the adjoint is formed.

    ``result`` is the matrix; for a tensor None, and ``product`` is what it collapses to.
    """

    of: Var
    by: Var
    product: Term
    result: Term | None


@record
class JacobianChain:
    """J_L(x) = J_L(p) J_p(z) J_z(x), a row, through vectors each used once; its transpose is the gradient.

    ``quantities`` go from L inwards to x, ``factors`` are the Jacobians between neighbours.
    """

    quantities: tuple[Var, ...]
    factors: tuple[Term, ...]
    result: Term


@record
class StageJacobian:
    """∂h_t/∂h_{t−1} of a loop, and the product over the steps from t + 1 to the last."""

    letter: str
    last: Index
    of: Var
    by: Var
    result: Term


BackwardStep: TypeAlias = AdjointOf | LoopAdjoints | ImplicitAdjoint | StageJacobian


@record
class PassCost:
    """Multiplications and additions of one statement, forward and backward."""

    variable: Var
    forward: Term
    backward: Term


@record
class PassCosts:
    """The cost of both passes, and which values are kept from forward to backward.

    ``result``: (forward, backward) for all sizes equal to 100, ``steps`` for the ends of loops.
    """

    lines: tuple[PassCost, ...]
    stored: tuple[Var, ...]
    result: tuple[int, int]


@record
class DeltaProof:
    """The softmax gradient in components: ∂p_i/∂z_j = p_i (δ_ij − p_j), summed against ∂L/∂p_i = −y_i/p_i."""

    logits: Var
    probabilities: Var
    target: Var
    size: int | str
    sums_to_one: bool
    result: Term


@record
class DifferentialLine:
    """d(of) by one rule; ``result`` is linear in the differentials that occur."""

    of: Term
    rule: str
    applied: Term
    result: Term


@record
class DifferentialKind:
    """What df says, by its ``form``: jacobian (df = J dx), gradient (df = ⟨G, dX⟩), derivative (df = D dt) or map.

    ``change`` is df with everything inserted; ``result`` is J, G or D, None for a map.  ``cookbook``: for a
    symmetric variable the gradient G + Gᵀ − diag G of other books.
    """

    form: str
    of: Var
    by: Var
    change: Term
    result: Term | None
    cookbook: Term | None = None


@record
class KroneckerPart:
    """c W ⊙ (A dX B), or A dXᵀ B where ``transposed``: c diag(vec W) (Bᵀ ⊗ A) vec dX."""

    coefficient: Term
    weight: Term | None
    left: Term
    right: Term
    transposed: bool


@record
class KroneckerForm:
    """vec df = K vec dX, columns stacked, K the sum of the parts."""

    of: Var
    by: Var
    change: Term
    result: tuple[KroneckerPart, ...]


@record
class HessianTerm:
    """d²f = dxᵀ H dx for a scalar f of a vector x; ``gradient`` is ∇f, ``change`` its differential H dx, ``result`` H.

    Of a matrix X the Hessian is the map from dX to ``change``, and ``result`` is d²f = ⟨d(∇f), dX⟩.
    """

    of: Var
    by: Var
    gradient: Term
    change: Term
    result: Term


@record
class Conditions:
    """What must hold for the formulas: (term, condition) with condition in positive, nonzero, invertible, smooth."""

    result: tuple[tuple[Term, str], ...]


@record
class ArrayValue:
    """A variable and its numbers, row by row, as text."""

    variable: Term
    result: tuple[tuple[str, ...], ...]


@record
class ProgramNumbers:
    """Both passes with every array; ``sizes`` says what the symbols stand for, ``source`` where numbers come from."""

    source: str
    sizes: tuple[tuple[str, int], ...]
    forward: tuple[ArrayValue, ...]
    result: tuple[ArrayValue, ...]


@record
class DescentStep:
    """θ ← θ − η ∂L/∂θ for the variables named; the loss before and after."""

    rate: str
    variables: tuple[Var, ...]
    before: str
    after: str
    result: tuple[ArrayValue, ...]


@record
class HessianVectorLine:
    """One line of the tangent of both passes in a direction V: the change of a variable or of an adjoint."""

    of: Term
    result: Term


@record
class HessianVector:
    """H V for the loss and the variables named, by differentiating both passes along dθ = V."""

    by: tuple[Var, ...]
    forward: tuple[HessianVectorLine, ...]
    backward: tuple[HessianVectorLine, ...]
    result: tuple[HessianVectorLine, ...]


@record
class GaussNewton:
    """Jᵀ H_ℓ J: the part of the Hessian without second derivatives of the outputs; ``jacobian`` is ∂out/∂by."""

    output: Var
    by: Var
    jacobian: Term
    outer: Term
    result: Term


@record
class Gradients:
    """All derivatives of ``of`` that were asked for: (variable, formula in adjoints, formula without them)."""

    of: Var
    result: tuple[tuple[Var, Term, Term], ...]


ProgramStep: TypeAlias = (
    BackwardStep | ForwardProgram | LocalDerivative | PassCosts | DeltaProof | DifferentialLine | DifferentialKind
    | KroneckerForm | HessianTerm | Conditions | ProgramNumbers | DescentStep | HessianVector | GaussNewton | Gradients
    | JacobianChain
)  # fmt: skip
