"""The language of programs: what is read, with which shapes, and what is refused where."""

from __future__ import annotations

import pytest

from jacocalc.errors import JacocalcError, ReadError, ShapeError
from jacocalc.programs import Loop, Program
from jacocalc.reading.programs import names_of, read_program, read_term
from jacocalc.reading.statements import is_program
from jacocalc.term_writing import strict_term
from jacocalc.terms import DEFINITE, SUMS, Index, said_facts

HEAD = "x: n; y: n; u: m; A: n x n; B: n x n; W: m x n; S: n x n symmetric; a: scalar; c: scalar; X: n x N; "


def last(text: str) -> tuple[str, tuple[int | str, int | str]]:
    """The last formula of a program, strictly written, and its shape."""
    program = read_program(HEAD + text)
    assignment = list(program.assignments)[-1]
    return strict_term(assignment.term), assignment.variable.shape


READ = [
    ("z = W x", "W*x", ("m", 1)),
    ("z = Wx + u", "W*x + u", ("m", 1)),
    ("z = W*x", "W*x", ("m", 1)),
    ("z = W @ x", "W*x", ("m", 1)),
    ("z = 2Wx", "2*W*x", ("m", 1)),
    ("z = -W x", "-W*x", ("m", 1)),
    ("f = x'y", "x'*y", (1, 1)),
    ("f = xᵀy", "x'*y", (1, 1)),
    ("f = x^T y", "x'*y", (1, 1)),
    ("f = x^Ty", "x'*y", (1, 1)),
    ("f = x^TAy", "x'*A*y", (1, 1)),
    ("f = <x, y> - <x, x>", "x'*y - x'*x", (1, 1)),
    ("z = tanh.(W*x)", "tanh(W*x)", ("m", 1)),
    ("f = x^{T} y", "x'*y", (1, 1)),
    ("f = $x^\\top y$", "x'*y", (1, 1)),
    ("f = dot(x, y)", "x'*y", (1, 1)),
    ("f = ⟨x, y⟩", "x'*y", (1, 1)),
    ("f = dot(A, B)", "dot(A, B)", (1, 1)),
    ("z = np.dot(W, x) + u", "W*x + u", ("m", 1)),
    ("M = np.dot(A, B)", "A*B", ("n", "n")),
    ("M = np.matmul(A, B)", "A*B", ("n", "n")),
    ("f = np.dot(x, y)", "x'*y", (1, 1)),
    ("z = W.dot(x)", "W*x", ("m", 1)),
    ("M = A.dot(B)", "A*B", ("n", "n")),
    ("f = x.dot(y)", "x'*y", (1, 1)),
    ("f = (x - y).T @ A.T @ (x - y)", "(x - y)'*A'*(x - y)", (1, 1)),
    ("f = W.t() @ u @ x.T", "W'*u*x'", ("n", "n")),
    ("f = (x.*y).sum()", "sum(x .* y)", (1, 1)),
    ("f = a*x.mean()", "a*mean(x)", (1, 1)),
    ("f = 0.5 * np.linalg.norm(W @ x - u)**2", "(1/2)*norm(W*x - u)^2", (1, 1)),
    ("f = np.trace(np.linalg.inv(A))", "tr(inv(A))", (1, 1)),
    ("M = outer(x, u)", "x*u'", ("n", "m")),
    ("M = x u'", "x*u'", ("n", "m")),
    ("z = tanh'(x)", "tanh'(x)", ("n", 1)),
    ("z = $\\sigma^{\\prime}(x)$", "sigma'(x)", ("n", 1)),
    ("z = x .* y", "x .* y", ("n", 1)),
    ("z = x ⊙ y ⊙ x", "x .* y .* x", ("n", 1)),
    ("z = x ./ y", "x ./ y", ("n", 1)),
    ("z = x.^2", "x.^2", ("n", 1)),
    ("z = x .^ a", "x.^a", ("n", 1)),
    ("z = A x .* y", "(A*x) .* y", ("n", 1)),
    ("z = y .* A x", "y .* (A*x)", ("n", 1)),
    ("z = F.relu(x) + torch.nn.functional.softplus(jax.nn.silu(x))", "relu(x) + softplus(silu(x))", ("n", 1)),
    ("M = A^-1", "inv(A)", ("n", "n")),
    ("M = A⁻¹ B", "inv(A)*B", ("n", "n")),
    ("M = A^-T", "inv(A)'", ("n", "n")), ("M = A⁻ᵀ B", "inv(A)'*B", ("n", "n")),
    ("M = (A B)⁻ᵀ", "inv((A*B))'", ("n", "n")),
    ("M = A^{-\\top} B", "inv(A)'*B", ("n", "n")), ("M = A^{-\\mathsf{T}}", "inv(A)'", ("n", "n")),
    ("M = A^{-\\intercal} + \\left(A^\\top\\right)^{-1}", "inv(A)' + inv((A'))", ("n", "n")),
    ("z = x^{\\odot 2} + x^{\\circ 3}", "x.^2 + x.^3", ("n", 1)),
    ("z = x^{\\odot -\\frac{1}{2}}", "x.^(-1/2)", ("n", 1)),
    ("M = A^2", "A*A", ("n", "n")),
    ("M = A^-2", "inv(A)*inv(A)", ("n", "n")),
    ("f = ||x||", "norm(x)", (1, 1)),
    ("f = norm(x, 2)^2 + norm(x, 1)", "norm(x)^2 + sum(abs(x))", (1, 1)), ("f = norm(A, 'fro')", "norm(A)", (1, 1)),
    ("f = np.linalg.norm(x, ord=1) + np.linalg.norm(A, ord=\"fro\")**2", "sum(abs(x)) + norm(A)^2", (1, 1)),
    ("f = norm(x, 4)", "sum(x.^4)^(1/4)", (1, 1)), ("f = norm(W, axis=1)' u", "sqrt(W.^2*ones(n))'*u", (1, 1)),
    ("f = ||x||_2^2", "norm(x)^2", (1, 1)),
    ("f = ‖A‖_F²", "norm(A)^2", (1, 1)),
    ("f = \\left\\|y \\left\\|x\\right\\|\\right\\|", "norm(norm(x)*y)", (1, 1)),
    ("f = \\lVert x \\rVert_2^2", "norm(x)^2", (1, 1)),
    ("f = \\left\\lVert A \\right\\rVert_F^2", "norm(A)^2", (1, 1)),
    ("f = \\|A\\|_{\\mathrm{F}}^2", "norm(A)^2", (1, 1)),
    ("f = \\|x\\|^2_2 + ||x'||_2", "norm(x)^2 + norm(x')", (1, 1)),
    ("f = ||x||_1 + a ‖x - y‖₁", "sum(abs(x)) + a*sum(abs(x - y))", (1, 1)),
    ("f = \\|A x\\|_1", "sum(abs(A*x))", (1, 1)),
    ("f = ‖x‖₂²", "norm(x)^2", (1, 1)),
    ("f = ||x||_3", "sum(abs(x).^3)^(1/3)", (1, 1)), ("f = ‖x‖_4^4 + ‖x‖₄", "sum(x.^4) + sum(x.^4)^(1/4)", (1, 1)),
    ("f = \\|x\\|_a^a", "sum(abs(x).^a)", (1, 1)), ("f = ||A||_{fro}", "norm(A)", (1, 1)),
    ("f = 1_n' x", "ones(n)'*x", (1, 1)),
    ("f = \\mathbf{1}_n^\\top x + 1_{n}^T x", "ones(n)'*x + ones(n)'*x", (1, 1)),
    ("M = 1_{n×n} + 1_{n} 1_n'", "ones(n, n) + ones(n)*ones(n)'", ("n", "n")),
    ("M = \\mathbf{1}_{n \\times n} A", "ones(n, n)*A", ("n", "n")),
    ("f = 1/2 ||x - y||^2", "(1/2)*norm(x - y)^2", (1, 1)),
    ("f = ½‖x - y‖²", "(1/2)*norm(x - y)^2", (1, 1)),
    ("f = \\frac{1}{2} \\lVert x - y \\rVert^2", "(1/2)*norm(x - y)^2", (1, 1)),
    ("f = 1/n sum(x)", "(1/n)*sum(x)", (1, 1)),
    ("f = -1/(2 a^2) ||x - y||^2", "-(1/(2*a^2))*norm(x - y)^2", (1, 1)),
    ("f = x' x/(1 + a) c", "(x'*x/(1 + a))*c", (1, 1)),
    ("M = 1/sqrt(a) A B", "(1/sqrt(a))*A*B", ("n", "n")),
    ("z = x/a", "x/a", ("n", 1)),
    ("z = x a", "a*x", ("n", 1)),
    ("b_θ: n; z = x + b_theta", "x + b_theta", ("n", 1)),
    ("z = x (2)", "2*x", ("n", 1)),
    ("z = x(a)(2)", "a*2*x", ("n", 1)),
    ("z = a\\ x\\ c", "a*c*x", ("n", 1)),
    ("z = a x c", "a*c*x", ("n", 1)),
    ("f = log det(A)", "logdet(A)", (1, 1)),
    ("f = \\log\\det(A)", "logdet(A)", (1, 1)),
    ("f = log |det A|", "ln(abs(det(A)))", (1, 1)),
    ("f = \\ln|\\det(A)|", "ln(abs(det(A)))", (1, 1)),
    ("f = sum(|W x - u|)", "sum(abs(W*x - u))", (1, 1)),
    ("f = a mean(|A|)", "a*mean(abs(A))", (1, 1)),
    ("f = tr(A B)", "tr(A*B)", (1, 1)),
    ("f = Σ x + Σ(x .* y)", "sum(x) + sum(x .* y)", (1, 1)),
    ("f = ∑(x) + Σ_{i=1}^2 a", "sum(x) + (a + a)", (1, 1)),
    ("f = tr A", "tr(A)", (1, 1)),
    ("f = Tr(A B)", "tr(A*B)", (1, 1)),
    ("f = y' log_softmax(x)", "y'*ln(softmax(x))", (1, 1)),
    ("M = diag(x)", "diag(x)", ("n", "n")),
    ("z = diag(A)", "diag(A)", ("n", 1)),
    ("z = tanh(x)", "tanh(x)", ("n", 1)),
    ("z = σ(x)", "sigma(x)", ("n", 1)),
    ("z = sigma'(x)", "sigma'(x)", ("n", 1)),
    ("z = σ′(x)", "sigma'(x)", ("n", 1)),
    ("z = e^x", "exp(x)", ("n", 1)),
    ("z = relu(W x)", "relu(W*x)", ("m", 1)),
    ("z = softmax(x)", "softmax(x)", ("n", 1)),
    ("z = max(0, A x)", "relu(A*x)", ("n", 1)),
    ("z = max(x, y)", "y + relu(x - y)", ("n", 1)),
    ("z = max(x, y, 0)", "relu(y + relu(x - y))", ("n", 1)),
    ("z = min(x, y, x)", "x - relu(x - (y - relu(y - x)))", ("n", 1)),
    ("z = maximum(x, 0)", "relu(x)", ("n", 1)),
    ("z = min(x, 0)", "-relu(-x)", ("n", 1)),
    ("Z = softmax_rows(A)", "softmax_rows(A)", ("n", "n")),
    ("Z = W X + u", "W*X + u*ones(N)'", ("m", "N")),
    ("Z = X' A + x'", "X'*A + ones(N)*x'", ("N", "n")),
    ("Z = X' A + x", "X'*A + ones(N)*x'", ("N", "n")), ("Z = X' .* x", "X'*diag(x)", ("N", "n")),
    ("Z = X ./ x", "diag(ones(n) ./ x)*X", ("n", "N")),
    ("Z = X' ./ x'", "X'*diag(ones(n) ./ (x')')", ("N", "n")),
    ("T: n x n; f = 1^T x + sum(1^T T)", "ones(n)'*x + sum(ones(n)'*T)", (1, 1)),
    ("f = x · y", "x'*y", (1, 1)), ("f = 2 x ⋅ (A y)", "(2*x)'*(A*y)", (1, 1)),
    ("f = x \\cdot y", "x'*y", (1, 1)), ("f = A x · y", "(A*x)'*y", (1, 1)), ("f = x @ y", "x'*y", (1, 1)),
    ("z = 2 * np.exp(x) * y", "2*(exp(x) .* y)", ("n", 1)), ("z = A @ x * y", "(A*x) .* y", ("n", 1)),
    ("f = -np.sum(X * np.log(X))", "-sum(X .* ln(X))", (1, 1)),
    ("f = np.sum((W @ x - u)**2)", "sum((W*x - u).^2)", (1, 1)),
    ("z = 1 / (1 + np.exp(-x))", "ones(n) ./ (ones(n) + exp(-x))", ("n", 1)),
    ("z = x**2 + x**a", "x.^2 + x.^a", ("n", 1)),
    ("M = np.tanh(A) / B", "tanh(A) ./ B", ("n", "n")), ("M = A @ B + x", "A*B + ones(n)*x'", ("n", "n")),
    ("Z = x * (X.T @ A) + y", "(X'*A)*diag(x) + ones(N)*y'", ("N", "n")), ("M = A**2", "A*A", ("n", "n")),
    ("z = tanh.(W*x .+ 1) .- u", "tanh(W*x + ones(m)) - u", ("m", 1)),
    ("z = np.sum(W, axis=0)", "W'*ones(m)", ("n", 1)), ("z = W.sum(1)", "W*ones(n)", ("m", 1)),
    ("z = W.sum(axis=0, keepdims=True)", "ones(m)'*W", (1, "n")),
    ("f = np.sum(A, axis=0).sum()", "sum(A'*ones(n))", (1, 1)),
    ("M = A - A.mean(axis=1, keepdims=True)", "A - (A*ones(n)/n)*ones(n)'", ("n", "n")),
    ("M = A - A.mean(axis=1)", "A - ones(n)*(A*ones(n)/n)'", ("n", "n")),
    ("s = np.exp(A).sum(1, keepdims=True); M = np.exp(A) / s", "diag(ones(n) ./ s)*exp(A)", ("n", "n")),
    ("M = np.multiply(A, 2 * np.sqrt(A.var(1, keepdims=True)))",
     "diag(2*sqrt((A - (A*ones(n)/n)*ones(n)').^2*ones(n)/n))*A", ("n", "n")),
    ("z = A.sum(0, keepdims=True).mean(0)", "A'*ones(n)", ("n", 1)),
    ("M = A.sum(1, keepdims=True) * x.T", "(A*ones(n))*x'", ("n", "n")),
    ("q: n x 1; M = A @ B + q", "A*B + q*ones(n)'", ("n", "n")),
    ("M = A - (A - A.mean(1, keepdims=True)) @ x", "A - ones(n)*((A - (A*ones(n)/n)*ones(n)')*x)'", ("n", "n")),
    ("f = sum(A > 0, axis=0)' x", "(step(A)'*ones(n))'*x", (1, 1)),
    ("z = softmax(x' X, axis=-1) X'", "softmax_rows(x'*X)*X'", (1, "n")),
    ("z = np.mean(W, -1, keepdims=True)", "W*ones(n)/n", ("m", 1)), ("z = mean(W, dims=1)", "ones(m)'*W/m", (1, "n")),
    ("z = W.var(axis=1)", "(W - (W*ones(n)/n)*ones(n)').^2*ones(n)/n", ("m", 1)),
    # the variance of NumPy divides by n, that of PyTorch by n - 1
    ("f = torch.var(x)", "(n/(n - 1))*var(x)", (1, 1)), ("f = x.var(unbiased=True)", "(n/(n - 1))*var(x)", (1, 1)),
    ("f = x.var(ddof=1)", "(n/(n - 1))*var(x)", (1, 1)), ("f = torch.var(x, correction=0)", "var(x)", (1, 1)),
    ("f = torch.var(x, unbiased=False)", "var(x)", (1, 1)), ("f = x.var()", "var(x)", (1, 1)),
    ("z = W.var(dim=1)", "(n/(n - 1))*((W - (W*ones(n)/n)*ones(n)').^2*ones(n)/n)", ("m", 1)),
    ("f = np.std(x)", "sqrt(var(x))", (1, 1)), ("f = torch.std(x)", "sqrt((n/(n - 1))*var(x))", (1, 1)),
    ("z = W.std(axis=1)", "sqrt((W - (W*ones(n)/n)*ones(n)').^2*ones(n)/n)", ("m", 1)),
    ("z = (x - x.mean()) / x.std(axis=0)", "(x - mean(x)*ones(n))/sqrt(var(x))", ("n", 1)),
    # where PyTorch and JAX write products and sums of products by name
    ("z = torch.mv(W, x)", "W*x", ("m", 1)), ("Z = W.mm(X)", "W*X", ("m", "N")),
    ("f = torch.dist(x, y)", "norm(x - y)", (1, 1)), ("f = torch.linalg.vector_norm(x)", "norm(x)", (1, 1)),
    ("f = torch.linalg.matrix_norm(A)", "norm(A)", (1, 1)), ("M = torch.ger(x, y)", "x*y'", ("n", "n")),
    ("f = nn.MSELoss()(x, y)", "mean((x - y).^2)", (1, 1)),
    ("f = F.binary_cross_entropy(x, y)", "-mean(y .* ln(x) + (ones(n) - y) .* ln(ones(n) - x))", (1, 1)),
    ("f = F.binary_cross_entropy_with_logits(x, y)", "mean(softplus(x) - y .* x)", (1, 1)),
    ("z = F.hardtanh(x)", "relu(x + ones(n)) - relu(x - ones(n)) - ones(n)", ("n", 1)),
    ("z = F.mish(x)", "x .* tanh(softplus(x))", ("n", 1)),
    ("z = F.relu6(x)", "relu(x) - relu(x - 6*ones(n))", ("n", 1)),
    ("z = F.softsign(x)", "x ./ (ones(n) + abs(x))", ("n", 1)), ("z = F.tanhshrink(x)", "x - tanh(x)", ("n", 1)),
    ("z = F.linear(x, W, u)", "W*x + u", ("m", 1)), ("Z = F.linear(X.T, W)", "X'*W'", ("N", "m")),
    ("f = F.mse_loss(x, y, reduction='sum')", "sum((x - y).^2)", (1, 1)),
    ("f = nn.L1Loss(reduction='sum')(x, y)", "sum(abs(x - y))", (1, 1)),
    ("f = nn.SmoothL1Loss()(x, y)", "mean((1/2)*(x - y).^2 - (1/2)*relu(abs(x - y) - ones(n)).^2)", (1, 1)),
    ("f = nn.MSELoss(reduction=\"none\")(x, y).sum()", "sum((x - y).^2)", (1, 1)),
    ("f = F.cross_entropy(x, y)", "-y'*ln(softmax(x))", (1, 1)),
    ("f = F.cross_entropy(A, B)", "-mean((B .* ln(softmax_rows(A)))*ones(n))", (1, 1)),
    ("z = torch.clamp(x, min=a)", "a*ones(n) + relu(x - a*ones(n))", ("n", 1)),
    ("z = x.clip(0, None)", "relu(x)", ("n", 1)),
    ("f = x.log_softmax(-1) @ y", "ln(softmax(x))'*y", (1, 1)), ("f = x.log1p().sum()", "sum(ln(ones(n) + x))", (1, 1)),
    ("f = x @ x / x.size + W.numel()", "x'*x/n + m*n", (1, 1)),
    ("f = W.norm(1, dim=1)' u", "(abs(W)*ones(n))'*u", (1, 1)), ("f = x.norm(1, dim=0)", "sum(abs(x))", (1, 1)),
    ("f = np.linalg.norm(W, ord=2, axis=0)' x", "sqrt((W.^2)'*ones(m))'*x", (1, 1)),
    ("z = torch.norm(W, p=3, dim=1)", "(abs(W).^3*ones(n)).^(1/3)", ("m", 1)),
    ("f = torch.norm(W, p=2) + W.norm(1)", "norm(W) + sum(abs(W))", (1, 1)),  # of all entries
    ("M = x.unsqueeze(1) - u.unsqueeze(0)", "x*ones(m)' - ones(n)*u'", ("n", "m")),
    ("M = (x[:, None] - y[None, :])**2", "(x*ones(n)' - ones(n)*y').^2", ("n", "n")),
    ("Z = F.normalize(W, p=2, dim=0)", "W*diag(ones(n) ./ sqrt(ones(m)'*W.^2)')", ("m", "n")),
    ("f = F.cosine_similarity(A, B, dim=-2)' x",
     "(((A .* B)'*ones(n)) ./ sqrt(((A.^2)'*ones(n)) .* ((B.^2)'*ones(n))))'*x", (1, 1)),
    ("f = F.pairwise_distance(x, y, p=2)", "norm(x - y)", (1, 1)),
    ("z = np.clip(x, 0, 1)", "relu(x) - relu(x - ones(n))", ("n", 1)),
    # a lower end that is no number may lie above the upper one
    ("z = np.clip(x, a, 1)", "ones(n) - relu(ones(n) - (a*ones(n) + relu(x - a*ones(n))))", ("n", 1)),
    ("z = np.clip(x, 1, 0)", "-relu(-(ones(n) + relu(x - ones(n))))", ("n", 1)),
    ("z = np.logaddexp(0, x)", "softplus(x)", ("n", 1)), ("z = np.logaddexp(x, y)", "x + softplus(y - x)", ("n", 1)),
    ("f = np.linalg.slogdet(A)[1]", "logdet(A)", (1, 1)),
    ("_, q = np.linalg.slogdet(A); f = q", "q", (1, 1)),
    # numbers, sizes and norms as NumPy and PyTorch write them
    ("z = x / np.sqrt(x.var() + 1e-5)", "x/sqrt(var(x) + 1/100000)", ("n", 1)),
    ("f = 1.5E-3 * np.sum(x)", "(3/2000)*sum(x)", (1, 1)),
    ("z = np.maximum(x, 0.) + .5 * y", "relu(x) + (1/2)*y", ("n", 1)),
    ("f = np.sum(x) / x.shape[0] + 1 / len(x)", "sum(x)/n + 1/n", (1, 1)),
    ("f = W.shape[-1] * W.size(0) * a", "n*m*a", (1, 1)),
    ("f = x.norm(p=1) + torch.norm(A, p='fro')", "sum(abs(x)) + norm(A)", (1, 1)),
    ("Z = np.where(X.T > x, X.T, 0)", "step(X' - ones(N)*x') .* X'", ("N", "n")),
    ("Z = np.where(X.T > 0, x, 0)", "step(X') .* (ones(N)*x')", ("N", "n")),
    ("Z = F.normalize(X, dim=-1)", "diag(ones(n) ./ sqrt(X.^2*ones(N)))*X", ("n", "N")),
    ("z = F.normalize(x, dim=0)", "x/norm(x)", ("n", 1)),
    ("f = F.cosine_similarity(x, y, dim=-1)", "x'*y/(norm(x)*norm(y))", (1, 1)),
    ("z = F.pairwise_distance(A, B)", "sqrt((A - B).^2*ones(n))", ("n", 1)),
    ("f = F.huber_loss(x, y, reduction='sum')", "sum((1/2)*(x - y).^2 - (1/2)*relu(abs(x - y) - ones(n)).^2)", (1, 1)),
    ("M = x[:, None] * y[None, :]", "x*y'", ("n", "n")), ("M = A * x[:, np.newaxis]", "diag(x)*A", ("n", "n")),
    ("M = A - A.mean(axis=1)[:, None]", "A - (A*ones(n)/n)*ones(n)'", ("n", "n")),
    ("f = np.sum(x[:, None])", "sum(x)", (1, 1)),
    ("M = x[:, None] - y[None, :]", "x*ones(n)' - ones(n)*y'", ("n", "n")),
    ("Z = u[:, None] + x[None, :]", "u*ones(n)' + ones(m)*x'", ("m", "n")),
    # einsum
    ("M = np.einsum('ij,jk->ik', A, B)", "A*B", ("n", "n")), ("f = np.einsum('i,ij,j', x, A, y)", "x'*A*y", (1, 1)),
    ("f = np.einsum('ii->', A)", "tr(A)", (1, 1)), ("f = np.einsum('ij,ij->', A, B)", "sum(A .* B)", (1, 1)),
    ("z = einsum('ij,ij->i', A, B)", "(A .* B)*ones(n)", ("n", 1)), ("z = einsum('ij->j', W)", "W'*ones(m)", ("n", 1)),
    ("Z = einsum('ij,j->ij', W, x)", "W*diag(x)", ("m", "n")), ("Z = einsum('i,j->ji', x, u)", "(x*u')'", ("m", "n")),
    ("z = einsum('ij,jk,k->i', W, A, x)", "W*A*x", ("m", 1)),
    ("r: 1 x n; z = np.sin(np.einsum('ij->j', r))", "sin(r')", ("n", 1)),
    # a vector of NumPy has one axis, and stands on either side of a matrix
    ("z = x @ W.T", "W*x", ("m", 1)), ("f = x @ A @ x", "x'*A*x", (1, 1)),
    ("z = 2 * x @ A @ B", "2*B'*(A'*x)", ("n", 1)),
    ("z = np.dot(x, A) + y", "A'*x + y", ("n", 1)), ("z = x.dot(A)", "A'*x", ("n", 1)),
    ("z = x @ X + X.T @ y", "X'*x + X'*y", ("N", 1)), ("f = x @ np.linalg.inv(A) @ x", "x'*inv(A)*x", (1, 1)),
    ("Z = x / np.exp(X.T)", "(ones(N)*x') ./ exp(X')", ("N", "n")),
    ("Z = x ./ X", "(x*ones(N)') ./ X", ("n", "N")),
    ("f = np.sum(A**2)", "sum(A.^2)", (1, 1)), ("f = np.sum(A * B * 2)", "sum(2*(A .* B))", (1, 1)),
    ("f = np.trace(A @ B * S)", "tr((A*B) .* S)", (1, 1)), ("f = np.sum(A * x)", "sum(A*diag(x))", (1, 1)),
    ("f = torch.sum(W * x)", "sum(W*diag(x))", (1, 1)), ("f = np.sum(x.T * A)", "sum(A*diag((x')'))", (1, 1)),
    ("f = np.sum(A * A.sum(axis=1, keepdims=True))", "sum(diag(A*ones(n))*A)", (1, 1)),
    ("f = np.matmul(x, np.matmul(A, x))", "x'*(A*x)", (1, 1)), ("M = A.transpose(0, 1)", "A'", ("n", "n")),
    ("Z = torch.transpose(X, -2, -1)", "X'", ("N", "n")),
    ("mean = np.mean(x); f = np.mean((x - mean)**2)", "mean((x - mean*ones(n)).^2)", (1, 1)),
    ("var = x.var(); f = mean(x) var; mean = a", "a", (1, 1)),
    # choices
    ("z = np.where(x > 0, x, 0)", "relu(x)", ("n", 1)),
    ("z = np.where(x > 0, x, a * x)", "step(x) .* x + (ones(n) - step(x)) .* (a*x)", ("n", 1)),
    ("z = torch.where(x >= y, x, 1)", "(ones(n) - step(y - x)) .* x + step(y - x)", ("n", 1)),
    ("z = where(x < 0, 0, y)", "(ones(n) - step(-x)) .* y", ("n", 1)),
    ("f = where(a > 1, a^2, 2 a - 1)", "step(a - 1)*a^2 + (1 - step(a - 1))*(2*a - 1)", (1, 1)),
    ("P = F.softmax(W, dim=-1)", "softmax_rows(W)", ("m", "n")), ("p = softmax(x, axis=-1)", "softmax(x)", ("n", 1)),
    ("P = log_softmax(W, axis=0)", "ln(softmax_columns(W))", ("m", "n")), ("f = x.mean(0)", "mean(x)", (1, 1)),
    ("z = logsumexp(W, axis=1)", "ln(exp(W)*ones(n))", ("m", 1)),
    ("z = logsumexp(W, axis=0)", "ln(exp(W)'*ones(m))", ("n", 1)),
    ("Z = np.exp(W) / np.exp(W).sum(axis=1)", "diag(ones(m) ./ (exp(W)*ones(n)))*exp(W)", ("m", "n")),
    ("f(x, A) = x' A x; g(x) = f(x, A)^2 + f", "f^2 + f", (1, 1)), ("\\ell(W) = sum(W)", "sum(W)", (1, 1)),
    ("z = 1/(1 + exp(-x))", "ones(n) ./ (ones(n) + exp(-x))", ("n", 1)),
    ("z = \\frac{a}{x}", "(a*ones(n)) ./ x", ("n", 1)),
    ("z = np.linalg.solve(A, x)", "inv(A)*x", ("n", 1)),
    ("z = np.log1p(x) + log1p(a)", "ln(ones(n) + x) + ln(1 + a)*ones(n)", ("n", 1)),
    ("f = mse(A x, y)", "mean((A*x - y).^2)", (1, 1)),
    ("M = log1p(A)", "ln(ones(n, n) + A)", ("n", "n")), ("M = np.square(A)", "A.^2", ("n", "n")),
    ("z = x.exp()", "exp(x)", ("n", 1)), ("f = (x - y).pow(2).sum()", "sum((x - y).^2)", (1, 1)),
    ("z = A.diagonal()", "diag(A)", ("n", 1)),
    ("f = np.inner(x, y)", "x'*y", (1, 1)), ("M = np.inner(A, X.T)", "A*(X')'", ("n", "N")),
    ("f = \\langle A, B \\rangle_F + <A, B>_F", "dot(A, B) + dot(A, B)", (1, 1)),
    ("f = ⟨A, B⟩_{\\mathrm{F}}^2", "dot(A, B)^2", (1, 1)),
    ("f = inner(A, B)", "dot(A, B)", (1, 1)), ("f = norm2(x) + norm1(x)", "norm(x) + sum(abs(x))", (1, 1)),
    ("f = normF(A)^2", "norm(A)^2", (1, 1)),
    ("z = log2(x)", "ln(x)/ln(2)", ("n", 1)), ("z = np.multiply(x, y)", "x .* y", ("n", 1)),
    ("z = hardtanh(x)", "relu(x + ones(n)) - relu(x - ones(n)) - ones(n)", ("n", 1)),
    ("z = 1 - x", "ones(n) - x", ("n", 1)),
    ("z = x - mean(x)", "x - mean(x)*ones(n)", ("n", 1)),
    ("z = ones(n)", "ones(n)", ("n", 1)),
    ("M = I(n) - x x'", "I(n) - x*x'", ("n", "n")),
    ("M = I - x x'", "I(n) - x*x'", ("n", "n")), ("z = (A + a^2 I) x", "(A + a^2*I(n))*x", ("n", 1)),
    ("z = (I - A)^-1 (2I/3) x", "inv((I(n) - A))*(2*I(n)/3)*x", ("n", 1)), ("f = tr(A ⊙ I)", "tr(A .* I(n))", (1, 1)),
    ("M = A + (2 I)'", "A + (2*I(n))'", ("n", "n")),
    ("f = ||W W' - I||_F^2", "norm(W*W' - I(m))^2", (1, 1)), ("f = dot(A, I)", "dot(A, I(n))", (1, 1)),
    ("z = W I x", "W*I(n)*x", ("m", 1)), ("M = A - I + a I", "A - I(n) + a*I(n)", ("n", "n")),
    ("M = a I - I + A", "a*I(n) - I(n) + A", ("n", "n")), ("f = I(1) a", "1*a", (1, 1)),
    ("M = zeros(m, n) + W", "zeros(m, n) + W", ("m", "n")),
    ("Z = x .* X", "diag(x)*X", ("n", "N")),
    ("f = 0.5 a", "(1/2)*a", (1, 1)),
    ("f = a^2", "a^2", (1, 1)),
    ("f = 2 pi a", "2*pi*a", (1, 1)),
    ("f = n a", "n*a", (1, 1)),
    ("f = sum_{i=1}^3 a", "a + a + a", (1, 1)),
    ("f = sum_{i=-1}^1 a", "a + a + a", (1, 1)),
    ("f = grad(a, x)'y", "grad(a, x)'*y", (1, 1)),
    # 1, a vector of ones in the length of its neighbour; 0_n
    ("f = 1' x", "ones(n)'*x", (1, 1)), ("f = x^T 1", "x'*ones(n)", (1, 1)), ("z = W 1", "W*ones(n)", ("m", 1)),
    ("f = 1^T W x", "ones(m)'*W*x", (1, 1)), ("f = \\mathbf{1}^\\top x", "ones(n)'*x", (1, 1)),
    ("f = 𝟏ᵀ W 𝟏", "ones(m)'*W*ones(n)", (1, 1)), ("f = \\mathbb{1}^{\\top} x", "ones(n)'*x", (1, 1)),
    ("z = 1/n 1 1^T x", "(1/n)*ones(n)*ones(n)'*x", ("n", 1)),
    ("Z = diag(x > 0) A", "diag(step(x))*A", ("n", "n")), ("f = sum(x > y)", "sum(step(x - y))", (1, 1)),
    ("Z = W X + u 1^T", "W*X + u*ones(N)'", ("m", "N")),
    ("Z = A - 1/n 1 1^T", "A - (1/n)*ones(n)*ones(n)'", ("n", "n")),
    ("Z = (I - 1/n 1 1^T) X", "(I(n) - (1/n)*ones(n)*ones(n)')*X", ("n", "N")),
    ("z = max(0_n, x)", "relu(x)", ("n", 1)), ("z = x - \\mathbf{0}_n", "x - zeros(n)", ("n", 1)),
    ("Z = X .* (1 1^T X)", "X .* (ones(n)*ones(n)'*X)", ("n", "N")),
    ("Z = A ./ (1 x^T)", "A ./ (ones(n)*x')", ("n", "n")),
    ("z = x - a 1", "x - a*ones(n)", ("n", 1)), ("f = 1 x^T y", "1*(x'*y)", (1, 1)),
    # determinants between bars, square brackets, outer products
    ("f = ln|A|", "logdet(A)", (1, 1)), ("f = \\log(|\\mathbf{A}|)", "logdet(A)", (1, 1)),
    ("f = a |2 pi A|^(-1/2)", "a*det(2*pi*A)^(-1/2)", (1, 1)), ("f = sum(|A|)", "sum(abs(A))", (1, 1)),
    ("f = Tr[A B]", "tr(A*B)", (1, 1)), ("z = exp{-x}", "exp(-x)", ("n", 1)),
    ("f = 2|a| |c|", "2*abs(a)*abs(c)", (1, 1)),
    ("Z = x ⊗ u", "x*u'", ("n", "m")),
    # indicators
    ("z = [x > 0] .* y", "step(x) .* y", ("n", 1)), ("z = 1[x > y]", "1*step(x - y)", ("n", 1)),
    ("z = x .* 1_{x < 0}", "x .* step(-x)", ("n", 1)), ("z = x .* I(x > 1)", "x .* step(x - 1*ones(n))", ("n", 1)),
    ("z = x \\odot \\mathbf{1}_{x \\ge 0}", "x .* (ones(n) - step(-x))", ("n", 1)),
    ("z = \\mathbf{1}\\{x > 0\\} .* x", "(1*step(x)) .* x", ("n", 1)), ("z = (a > 0) x", "step(a)*x", ("n", 1)),
]


@pytest.mark.parametrize(("text", "strict", "shape"), READ, ids=[row[0] for row in READ])
def test_formulas(text: str, strict: str, shape: tuple[int | str, int | str]) -> None:
    assert last(text) == (strict, shape)


@pytest.mark.parametrize("text", [row[0] for row in READ])
def test_what_is_written_strictly_is_read_back(text: str) -> None:
    program = read_program(HEAD + text)
    term = list(program.assignments)[-1].term
    names = names_of(program)
    names.verbatim = True
    assert read_term(strict_term(term), names) == term


REFUSED = [
    ("z = W y2", "y2", "y2 is not declared"),
    ("M = a I", "I", "I needs a size here"), ("f = tr(I) a", "I", "the identity is I(n)"),
    ("M = W - I", "I", "I needs a size"), ("z = x + I", "I", "I needs a size"), ("f = ||I||", "I", "I needs a size"),
    ("z = W u", "W u", "W is m×n and u is m×1: they cannot be multiplied"),
    ("z = x y", "x y", "hint: x' y is the inner product"),
    ("z = x W", "x W", "cannot be multiplied"),
    ("z = x + u", "+", "x is n×1 and u is m×1: they cannot be added"),
    ("z = W - W'", "-", "W is m×n and Wᵀ is n×m: they cannot be subtracted"),
    ("z = x .* u", ".*", "they cannot be multiplied entry by entry"),
    ("z = x ./ u", "./", "they cannot be divided entry by entry"),
    ("z = x / y", "/", "only a scalar can stand below /"),
    ("f = x' A x / x' y", "/", "brackets around all that stands below: …/(xᵀ y)"),
    ("M = A / B", "/", "multiplies by the inverse"),
    ("f = ||A||_2", "||", "the 2-norm of the matrix A, its largest singular value, is not read here"),
    ("f = ||A||_*", "||", "its sum of singular values, is not read"),
    ("f = ||A||_{2,1}", "||", "the 2,1-norm of the matrix"),
    ("f = ||x||_inf", "||", "its largest absolute value, is not read"),
    ("f = \\|x\\|_\\infty", "\\|", "(logsumexp is the smooth stand-in)"), ("f = ||x||_0", "||", "takes a whole number"),
    ("f = ||A||_1", "||", "sum(abs(…)) adds up all entries"),
    ("f = Tr(W)", "Tr", "Tr needs a square matrix"),
    ("f = \\|A\\|_2^2", "\\|", "is the Frobenius norm"),
    ("z = W 1/n", "W 1/n", "write (W 1)/n or 1/n W"), ("Z = A - B 1^T", "1", "1 needs a size here"),
    ("f = |A|", "|", "det(A) for the determinant"), ("f = sum(|A|^2)", "|", "bars take a scalar here"),
    ("f = tr(A ⊗ B)", "⊗", "a Kronecker product of matrices"), ("f = a 1", "1", "1 needs a size here"),
    ("f = 2' x", "'", "a number has no transpose"), ("f = 1^T", "1", "1 needs a size here"),
    ("f = x (1 1^T)", "1", "the column of n ones is ones(n), or 1_n"),
    ("z = x^2", "^2", "hint: x.^2 raises every entry; x' x is the sum of the squares"),
    ("M = A + 1", "+", "hint: write I(n) for the identity, or ones(n, n) for every entry"),
    ("M = W^-1", "^-1", "only a square matrix has an inverse"),
    ("f = det(W)", "det", "det needs a square matrix, but W is m×n"),
    ("f = tr(x)", "tr", "tr needs a square matrix"),
    ("z = softmax(A)", "softmax", "softmax_rows normalises every row"),
    ("z = ones(q)", "q", "q is not a declared size"),
    ("z = foo(x)", "foo", "foo is not a known function"),
    ("z = erfi(x)", "erfi", "erfi is known of single numbers only"),
    ("z = gamma(x)", "gamma", "gamma is known of single numbers only"),
    ("z = tanhh(x)", "tanhh", "did you mean tanh?"),
    ("z = sqrt[3](x)", "sqrt", "takes no index in square brackets"), ("z = sqrt[3]{x}", "sqrt", "sqrt(x)"),
    ("f = argmax(x)", "argmax", "frameworks stop the gradient"),
    ("f = max(x)", "max", "not differentiable at ties"),
    ("z = sort(x)", "sort", "not differentiable where entries are equal"),
    ("z = round(x)", "round", "straight-through"),
    ("x = y", "x", "x is declared, so it cannot be computed"),
    ("z = x; z = y", "z", "z is assigned twice"),
    ("z = z + x", "z", "z is computed from itself"),
    ("z = q; q = x", "q", "q is used before it is computed"),
    ("n = x", "n", "n is a size already"),
    ("f = a/c a", "a/c a", "can be read in two ways"),
    ("z = A \\ x", "A \\ x", "hint: write A^-1 x or A x"),
    ("z = 2 B (A) \\ (x - y)", "2 B (A) \\ (x - y)", "can be read in two ways"),
    ("z = A\\x", "\\x", "A\\x of MATLAB is A^-1 x here"),
    ("z = W @ (A * B) @ x", "A * B", "hint: write A .* B or A @ B"),
    ("f = np.sum(x.T * y)", "x.T * y", "hint: write x .* y or xᵀ @ y"),
    ("M = A.sum(0, keepdims=True) * A.sum(1, keepdims=True)", "A.sum(0, keepdims=True) * A.sum(1, keepdims=True)",
     ".* (A 1_n) or (1_nᵀ A) @ (A 1_n)"),
    ("f = np.sum(x * y.T)", "x * y.T", "hint: write y .* x or x @ yᵀ"),
    ("M = x.T * A @ B", "x.T * A", "hint: write xᵀ .* A or xᵀ @ A"),
    ("f = sum(softmax(A.mean(1, keepdims=True), axis=-1))", "axis=-1", "the only axis of a vector is 0"),
    ("z = A * x + A @ x", "A * x", "hint: write A .* x or A @ x"),
    ("f = A.sum() + x @ A**2 @ x", "**2", "hint: write A.^2 or A^2"), ("z = x * y", "*", "x .* y is entry by entry"),
    ("z = x × y", "×", "x' y is the inner product"), ("z = x + y'", "+", "hint: transpose one of them: y"),
    ("f = mse(x, u)", "mse", "x is n×1 and u is m×1: mse(x, y) is mean((x - y).^2)"),
    ("z = mish(x, y)", "mish", "hint: write x .* tanh(softplus(x))"),
    ("z = x.clamp()", "clamp", "clamp takes two arguments or three, not 1"),
    ("z = x.clamp(1, min=0)", "clamp", "not 3"), ("f = mse(x, x, reduction='most')", "reduction='", "is not read here"),
    ("z = square(x, reduction='sum')", "reduction='", "is not read here"),
    ("f = norm2(A)", "norm2", "A is n×n: norm2(x) is norm(x, 2)"),
    ("z = inner(W, x)", "inner", "W is m×n and x is n×1"),
    ("M = inverse(W)", "inverse", "W is m×n: inverse(x) is inv(x)"),
    ("f(x) = x' A x; g = f(y)", "f", "hint: write f or f(x)"), ("f(q) = x' x", "f(q)", "hint: declare what it is of"),
    ("Q: n x n skew-symmetric; f = tr(Q)", "skew-", "write A - A'"), ("Q: n x n diagonal", "diagonal", "write diag(x)"),
    ("z = x.max()", "max", "max is no method that is read here"),
    ("f = A.reshape(2, 3)", "reshape", "hint: write the matrix itself"),
    ("f = A.mean(2)", "2", "the axes of a matrix are 0 and 1: A is n×n"),
    ("f = x.sum(1)", "1", "the only axis of a vector is 0"),
    ("z = mean(W, 1)", "1", "write axis=1, where the first is 0, or dims=1, where it is 1"),
    ("f = std(x)", "std", "sqrt(var(x)), where var divides by n"),
    ("q: n x 1; z = q @ A", "@", "they cannot be multiplied"),
    ("z = where(x, x, y)", "where", "where(x > 0, x, y)"), ("z = where(x > 0)", "where", "where takes a comparison"),
    ("B = A.transpose(0, 2)", "transpose", "hint: X' has rows for columns"),
    ("z = np.max(A, axis=1)", "max", "not differentiable at ties"),
    ("z = np.mean(A, axis=1); mean = mean(q)", "q", "q is not declared"),
    ("f = F.cosine_similarity(A, x)", "cosine_similarity", "A is n×n and x is n×1"),
    *((f"q: n x 1; f = F.{name}(q, q)", name, "q is n×1") for name in ("cosine_similarity", "pairwise_distance")),
    ("q: n x 1; f = F.cross_entropy(q, q)", "cross_entropy", "q is n×1"),
    ("q: n x 1; z = F.normalize(q)", "normalize", "q is n×1"),
    ("f = np.sum((x[:, None] - y)**2)", "-", "two axes"), ("f = np.sum(np.hypot(x, y[:, None]))", "hypot", "two axes"),
    ("z = x[:, None]; f = np.sum((2 * z - y)**2)", "-", "two axes"),
    ("s = A.sum(axis=1, keepdims=True); f = np.sum(s * y)", "*", "two axes"),
    ("M = x.unsqueeze(-1) - y", "-", "two axes"),
    ("f = np.sum(x[:, None] > y)", ">", "two axes"), ("f = np.sum(x / y[:, None])", "/", "two axes"),
    ("f = F.linear(x, y)", "linear", "linear(x, y) is x @ y' if y is a matrix"),
    ("f = F.cross_entropy(A, x)", "cross_entropy", "hint: declare the classes as Y: N x C rows one-hot"),
    ("f = 3e-2 a", "3e-2", "can be read in two ways"), ("f = np.sum(1e999 * x)", "1e999", "can be read in two ways"),
    ("f = x.shape[1] a", "shape[1", "x is n×1, and has no axis 1"),
    ("f = sum(W[i, :])", "W[i, :]", "W[i, :] is an entry"), ("f = sum(A[:, None])", "A[:, None]", "is an entry"),
    ("f = 1/(2 a^2)||x||^2", "1/(2 a^2)||x||^2", "can be read in two ways"),
    ("f = np.linalg.slogdet(A)", "slogdet", "hint: write logdet(X), or slogdet(X)[1]"),
    ("z = nn.Linear(x)", "Linear", "hint: write W x + b"),
    ("z = einsum('bij,bjk->bik', A, A)", "einsum", "'bij,bjk->bik' is not read here"),
    ("z = einsum('ij,j->i', W, u)", "einsum", "a letter for each axis"),
    ("z = einsum('ij,j->k', A, x)", "einsum", "a letter for each axis"),
    ("z = einsum'ij,j->i'(A, x)", "einsum", "einsum takes the letters of the axes first"),
    ("z = einsum(A, x)", "einsum", "einsum takes the letters of the axes first"),
    ("f = logsumexp(W)", "logsumexp", "hint: log(exp(W) ones(n)) has that of every row"),
    ("f = var(W)", "var", "hint: mean((W - mean(W) ones(m, n)).^2) is that of all entries"),
    ("f = 1_4' x", "1_4", "1_4 is a column of 4 ones, but no variable has that size"),
    ("f = np.sum(A, dtype=a)", "dtype", "hint: sum(X, axis=1) adds up every row"),
    ("P = F.gelu(A, dim=-1)", "dim=", "softmax_rows and softmax_columns go along them"),
    ("f = max(A, dim=0)", "max", "not differentiable at ties"),
    ("f = W.sum(a)", "a", "an axis is 0, 1 or -1"), ("f = tr(A, B)", "tr", "tr takes one argument, not 2"),
    ("f = x.T2", ".", "the character “.” is not part of the language"),
    ("f = |A|", "|", "write abs(…) entry by entry, or det(A) for the determinant"),
    ("f = sum(piecewise(x if x > 0, 0 otherwise))", "piecewise", "write where(x > 0, x, y), relu(x) or max(x, y)"),
    ("f = huber(x, y)", "huber", "hint: write sum(1/2 r.^2 - 1/2 relu(abs(r) - d).^2)"),
    ("f = W.norm(p=inf, dim=1)", "p", "p=… is not read here"), ("f = W.norm(p=0, dim=1)", "p", "p=… is not read here"),
    ("z = W.sum(0, 1)", "1", "1 is not read here"),
    ("f = F.mse_loss(x, y, 'sum')", "'sum'", "a word in quotes is not read here"),
    ("z = x.unsqueeze(1).unsqueeze(1)", "unsqueeze", "unsqueeze is no method that is read here"),
    ("z = x[:, None][:, None]", "", "found “[”"),
    ("f = x.index_select(0)", "index_select", "index_select is no method that is read here"),
    ("b: n; f = torch.bmm(A, B) x", "bmm", "hint: write A B"),
    ("f = sum(F.normalize(X, dim=2))", "dim=2", "dim=2 is not read here"),
    ("f = sum(F.normalize(X, p=1))", "p=1", "p=1 is not read here"),
    ("f = sum(np.linalg.eigvalsh(S))", "eigvalsh", "no factorisation is read"),
    ("z = cat(x, y)", "cat", "hint: write a product in blocks"),
    ("z = cumsum(x)", "cumsum", "hint: write C x, with C declared"),
    ("B = adj(A)", "adj", "write det(X) X^-1"),
    ("B = expm(A)", "expm", "exp(A) is entry by entry"),
    ("f = sum(x.detach())", "detach", "hint: write a declared variable in its place"),
    ("f = norm(A, 2)", "norm", "the 2-norm of the matrix A, its largest singular value, is not read here"),
    ("f = norm(x, np.inf)", "norm", "its largest absolute value, is not read"),
    ("f = norm(x, x)", "norm", "is not read here"),
    ("f = norm(x, y, 2)", "norm", "norm takes a vector or a matrix, and which norm it is"),
    ("f = |x|", "|", "write abs(…) entry by entry, or ||…|| for the norm"),
    ("f = sum(|x| y)", "|", "bars take a scalar here"),
    ("z = x .* y * a", "x .* y * a", "can be read in two ways"),
    ("z =", "=", "expected a formula after “=”"),
    ("z = x +", "", "expected"),
    ("z = (x", "(", "is never closed"),
    ("z", "z", "a declaration (x: n) or a statement"),
    ("A x = y", "A x", "the left side of “=” is one name"),
    ("q: n symetric", "symetric", "did you mean symmetric?"),
    ("q: m x n symmetric", "q: m x n symmetric", "a symmetric matrix is square"),
    ("Q: n x n positive definite", "definite", "did you mean symmetric positive definite?"),
    ("Q: m x n sums to 1", "Q: m x n sums to 1", "Y: N x n rows sum to 1"),
    ("q: n rows sum to 1", "q: n rows sum to 1", "y: n sums to 1"),
    ("Q: n x n symmetric rows sum to 1", "Q: n x n symmetric rows sum to 1", "both at once are not read"),
    ("f = x_1", "x_1", "entries are not written one by one"),
    ("f = sum_i x_i", "sum_i", "entries are not written one by one"),
    ("f = \\sum_i x_i", "\\sum", "sum(x .* y) adds up the entries"),
    ("q: 0", "0", "a size is at least 1"),
    ("x: m", "x", "x is declared twice"),
    ("q: n, z = W q", ": n, z", "hint: a declaration ends with a semicolon or a new line"),
    ("ΔW: m x n; z = ΔW x", "ΔW", "hint: write Delta_W for a change"),
    ("Δx = x - y; f = sum(Δx)", "Δx", "hint: write Delta_x for a change"),
    ("z = (W + ΔW) x", "ΔW", "hint: write Delta_W for a change, one name"),
    ("f = x' (cat - y)", "cat", "cat is not declared"),
    ("f = sum(std * (W x))", "std", "std is not declared"),
    ("z = std (x)", "std", "hint: write sqrt(var(x))"),
    ("for t = 1..T: h_t = tanh(h_{t-1})", "h_{t-1}", "h has no value to begin with"),
    ("h_0: n; for t = 1..T: h_t = W h_{t-1}", "for t = 1..T: h_t = W h_{t-1}", "h_t-1 is n×1 where it is used"),
    ("f = sum_{i=n-1}^n a", "sum_{i=n-1}^n", "the bounds n-1 and n are numbers or the end of a loop"),
    ("f = sum_{t=1}^T ||x||^2", "sum_{t=1}^T", "hint: what is added up is computed in a loop: for t = 1..T: L_t = …"),
    ("for t = 1..T: z = x", "z", "hint: z_t = …; what is computed once stands after the loop"),
    ("for t = 1..2: s_t = x;\n  r = x", "r", "r is computed at every step"),
    ("h_0: n; for t = 1..T: h_{t+1} = A h_t", "h_{t+1}", "hint: write h_t = … and an index less on the right"),
    ("for t = 1..99: h_t = x", "99", "a loop has from 1 to 50 steps"),
    ("solve h = tanh(x)", "h", "the size of h is needed"),
    ("h: m; solve h = tanh(A x)", "h", "h is m×1, but its equation gives n×1"),
    ("f = grad(x, a)", "grad", "only a scalar has a gradient"),
    ("z = [1, 2]", "[", "a matrix of numbers cannot stand here"),
    ("f = x(1)^2", "x(1)", "“x(1)” can be read in two ways"),
    ("f = a sum(Wx(2))", "x(2)", "hint: write 2x for the product; entries are not written one by one"),
    ("f = W(1,2)", "W(1,2)", "W(1,2) is an entry, which is not read here"),
    ("f = 2 x[0]^2", "x[0]", "x[0] is an entry, which is not read here"),
    ("f = A[0, 1:2]", "A[0, 1:2]", "hint: entries are not written one by one"),
]


def test_declarations_may_stand_behind_their_use() -> None:
    found = read_program("f = (x - y)' S (x - y); x, y: n; S: n x n symmetric")
    assert [var.key for var in found.declared] == ["x", "y", "S"]
    behind = read_program("for t = 1..T: h_t = tanh(W h_{t-1})\nL = sum(h_T)\nh_0: n; W: n x n")
    ahead = read_program("h_0: n; W: n x n; for t = 1..T: h_t = tanh(W h_{t-1})\nL = sum(h_T)")
    assert behind.declared == ahead.declared


@pytest.mark.parametrize(("text", "place", "message"), REFUSED, ids=[row[0] for row in REFUSED])
def test_refused_with_a_caret_at_the_place(text: str, place: str, message: str) -> None:
    whole = HEAD + text
    with pytest.raises(JacocalcError) as caught:
        read_program(whole)
    assert message in caught.value.report()
    assert caught.value.exit_status == 2
    if place:
        assert whole[caught.value.start : caught.value.end].strip() == place
        assert caught.value.start >= len(HEAD) - 1


def test_the_formula_of_a_hint_has_no_condition() -> None:
    with pytest.raises(JacocalcError) as caught:
        read_program(f"{HEAD}z = x.clamp()")
    assert caught.value.hint == "write y + relu(x - y) - relu(x - z)"


@pytest.mark.parametrize("text", [
    "L = sum(log(exp(X) ones(n)))", "L = sum(log(exp(X)' ones(m)))", "L = mean((X - mean(X) ones(m, n)).^2)",
    "L = -y' log(softmax(z))", "L = -mean((Y .* log(softmax_rows(Z))) ones(n))", "L = sum(p .* log(p ./ q))",
    "L = -mean(y .* log(p) + (1 - y) .* log(1 - p))", "L = sum(min(max(z, a), b))", "L = sum(z / ||z||)",
    "L = sum((z - mean(z) ones(n)) / sqrt(var(z) + eps))", "L = sum(step(z) .* y)", "L = tr(X.mT X)",
    "L = sum(F.log_softmax(z))", "L = sum(tf.nn.relu(z))", "L = sum(nn.functional.relu(z))",
])  # fmt: skip
def test_what_the_hints_say_can_be_written(text: str) -> None:
    read_program("X: m x n; Y: m x n; Z: m x n; z: n; y: n; p: n; q: n; a: scalar; b: scalar; eps: scalar; " + text)


def test_a_mismatch_is_a_shape_error() -> None:
    with pytest.raises(ShapeError):
        read_program(HEAD + "z = x + u")


NOTES = [
    ("Z = W X + u", "u is added to every column"),
    ("Z = X' A + x'", "xᵀ is added to every row"), ("Z = X' A + x", "x is added to every row"),
    ("Z = X ./ x", "x divides every column entry by entry"), ("Z = X' .* x", "x multiplies every row entry by entry"),
    ("f = x · y", "x · y is the inner product"), ("z = log1p(x)", "log1p(x) is read as log(1 + x)"),
    ("z = x**2", "x**2 raises every entry"),
    ("z = np.exp(x) * y", "(exp(x)) * y is entry by entry, as in NumPy"),
    ("z = 1 - x", "1 is added to every entry"),
    ("f = 1/2 x'y", "“1/2” is a factor of what follows"),
    ("f = 1/2 (x'y/c + 1)", "“1/2” is a factor of what follows"),
    ("f = np.sum(x * y) + x.var()", "var divides by n, as in NumPy"),
    ("f = torch.sum(x) + x.var()", "var divides by n - 1, as in PyTorch"),
    ("M = exp(A)", "exp of a matrix is taken entry by entry"),
]


@pytest.mark.parametrize(("text", "note"), NOTES)
def test_what_is_widened_is_noted(text: str, note: str) -> None:
    assert any(note in said for said in read_program(HEAD + text).notes)


def shapes(text: str) -> dict[str, tuple[int | str, int | str]]:
    """The shape of every variable of a program."""
    return {var.key: var.shape for var in read_program(text).variables}


@pytest.mark.parametrize("text", [
    "A: (3, 4); x: (4,); f = ||A x||", "A: [3,4], x: (4,); f = ||A x||", "A: 3 x 4; x: 4; f = ||A x||",
])  # fmt: skip
def test_shapes_as_numpy_says_them(text: str) -> None:
    assert shapes(text) == {"A": (3, 4), "x": (4, 1), "f": (1, 1)}


@pytest.mark.parametrize(("said", "facts"), [
    ("X ∈ S^n", ("symmetric",)), ("X in S^n_+", ("symmetric",)), ("X: n x n positive semidefinite", ("symmetric",)),
    ("X: n x n PSD", ("symmetric",)), ("X: n x n symmetric positive semi-definite", ("symmetric",)),
    ("X \\in \\mathbb{S}^n_{++}", ("symmetric", "invertible", DEFINITE)),
    ("X \\in \\mathbb{S}_{++}^{n}", ("symmetric", "invertible", DEFINITE)),
])  # fmt: skip
def test_sets_of_symmetric_matrices(said: str, facts: tuple[str, ...]) -> None:
    (matrix,) = read_program(f"{said}; f = tr(X)").declared
    assert (matrix.shape, matrix.facts) == (("n", "n"), facts)


def test_declarations_in_latex_and_unicode() -> None:
    latex = r"x \in \mathbb{R}^{n}; W \in \mathbb{R}^{m \times n}; a: scalar; z = W x; L = \lVert z \rVert^2"
    unicode = "x ∈ ℝ^n; W ∈ ℝ^{m×n}; a: scalar; z = W x; L = ‖z‖²"
    others = [
        "x in R^n; W in R^{m x n}; a in R; z = W x; L = ||z||^2",
        "x ∈ ℝⁿ; W ∈ ℝᵐˣⁿ; a: real; z = W x; L = ||z||^2",
        "x: n; W: mxn; a: real; z = W x; L = ||z||^2",
    ]
    for text in (unicode, *others):
        assert shapes(latex) == shapes(text)
    assert shapes(latex)["W"] == ("m", "n")


@pytest.mark.parametrize(
    "text",
    ["x: n, y, W: n x m, A: n x n symmetric, invertible, c: scalar; z = x",
     "x \\in \\mathbb{R}^n, y, W \\in \\mathbb{R}^{n \\times m}, A: n x n, symmetric, invertible, c: scalar; z = x",
     "x ∈ R^n, y, W ∈ R^{n×m}, A: n × n symmetric and invertible, c ∈ R\nz = x",
     "x in R^n, y, W in R^{n x m}, A: n x n symmetric, invertible, c: real; z = x"],
)  # fmt: skip
def test_declarations_are_parted_by_commas_too(text: str) -> None:
    apart = "x: n; y, W: n x m; A: n x n symmetric, invertible; c: scalar; z = x"
    assert is_program(text)
    assert read_program(text) == read_program(apart)


@pytest.mark.parametrize(
    "said",
    ["symmetric positive definite", "symmetric, positive definite", "spd", "SPD", "symmetric and positive definite"],
)
def test_positive_definite_is_symmetric_and_invertible(said: str) -> None:
    (var,) = read_program(f"K: n x n {said}; f = tr(K)").declared
    assert var.facts == ("symmetric", "invertible", DEFINITE)
    assert said_facts(var.facts) == ("symmetric", "positive definite")


@pytest.mark.parametrize(
    ("said", "fact"),
    [("n sums to 1", "sums to 1"), ("n one-hot", "one-hot"), ("m x n rows sum to 1", "rows sum to 1"),
     ("m x n one-hot rows", "one-hot rows"), ("m x n, one-hot columns", "one-hot columns"),
     ("m x n rows one-hot", "one-hot rows")],
)  # fmt: skip
def test_what_sums_to_1(said: str, fact: str) -> None:
    (var,) = read_program(f"y: {said}; f = sum(y)").declared
    assert said_facts(var.facts) == (fact,)
    assert {*SUMS.values()} & {*var.facts}


def test_a_declared_sigma_is_a_variable_and_else_a_sum() -> None:
    program = read_program("Σ: n x n symmetric invertible; x: n; Σ₁: n; f = x'Σ^-1 x + log det Σ + Σ_1'x + ∑(x)")
    assert strict_term(list(program.assignments)[-1].term) == (
        "x'*inv(Sigma)*x + logdet(Sigma) + Sigma1'*x + sum(x)"
    )
    looped = "x_t: n; for t = 1..{}: L_t = ||x_t||^2; L = {} L_t"
    assert read_program(looped.format("T", "Σ_t")) == read_program(looped.format("T", "sum_t"))


def test_names_in_all_spellings_are_one() -> None:
    program = read_program("x₁: n; ŷ: n; z = x_1 + yhat; w = x_{1} + \\hat{y}")
    assert [strict_term(a.term) for a in program.assignments] == ["x1 + yhat", "x1 + yhat"]


def test_a_loop_with_numbers_is_written_out() -> None:
    program = read_program("x_t: n; h_0: n; for t = 1..3: h_t = tanh(h_{t-1} + x_t)")
    assert [var.key for var in program.variables] == ["x_1", "x_2", "x_3", "h_0", "h_1", "h_2", "h_3"]
    assert program.loops == ()


@pytest.mark.parametrize("end", ["3", "T"])
@pytest.mark.parametrize("bounds", ["1..", "1 to ", "1, …, ", "1, ..., ", "1, \\ldots, "])
def test_a_loop_on_one_line_ends_where_the_index_ends(bounds: str, end: str) -> None:
    lines = "x_t: n; h_0: n\nfor t = 1..{0}:\n  h_t = tanh(h_{{t-1}} + x_t)\n  L_t = ||h_t||^2\nL = sum_t L_t"
    one = "x_t: n; h_0: n; for t = {1}{0}: hₜ = tanh(h_{{t-1}} + x_t); L_t = ||h_t||^2; L = sum_t L_t"
    assert read_program(one.format(end, bounds)) == read_program(lines.format(end))


def test_loops_over_one_letter_begin_at_one_step() -> None:
    head = "x_t: n; h_0: n; for t = 1..T: h_t = h_{t-1} + x_t\n"
    apart = "for t = 2..T: d_t = h_t - h_{t-1}\nL = sum_t ||h_t||^2 + sum_t ||d_t||^2"
    program = read_program(head + apart)
    assert [var.key for var in program.declared] == ["x_t", "x_1", "h_0"]
    assert [(loop.first, str(loop.last)) for loop in program.loops] == [(Index("", 2), "T")] * 2
    assert [strict_term(a.term) for a in program.assignments] == [
        "h_0 + x_1", "norm(h_1)^2 + (sum(t=2..T, norm(h_t)^2)) + (sum(t=2..T, norm(d_t)^2))",
    ]  # fmt: skip
    assert program.notes == ("loops over t begin at t = 2; earlier steps are written out",)
    total = read_term("sum_t h_t + sum_t d_t", names_of(program))
    assert strict_term(total) == "sum(t=1..T, h_t) + (sum(t=2..T, d_t))"


@pytest.mark.parametrize(
    ("typed", "written"),
    [("sum_{t=1}^{T-1} ||h_t||^2", "sum_{t=2}^T ||h_{t-1}||^2"),
     ("sum(t=1..T-1, a h_t' h_t)", "sum_{t=2}^T a h_{t-1}' h_{t-1}"),
     (r"\sum_{t=0}^{T - 1} \|h_{t+1} - h_t\|^2", "sum_{t=1}^T ||h_t - h_{t-1}||^2")],
)  # fmt: skip
def test_a_sum_to_the_last_step_but_one_looks_a_step_back(typed: str, written: str) -> None:
    head = "a: scalar; x_t: n; h_0: n; for t = 1..T: h_t = tanh(h_{t-1} + x_t)\nL = "
    found, other = read_program(head + typed), read_program(head + written)
    assert (found.declared, found.statements) == (other.declared, other.statements)
    assert any("the sum to T-1 is written from t = " in note for note in found.notes)


LOOPS_REFUSED = [
    ("x_t: n; for t = 1..T-1: h_t = x_t", "a loop ends at a number or at a letter", "let T be its last step"),
    ("x_t: n; for t = 1..T: h_t = x_t\nL = sum_{t=1}^{T+1} h_t", "the bounds 1 and T+1", "for t = 1..T: L_t = …"),
    ("x_t: n; for t = 1..T: h_t = x_{t+1}", "x_{t+1} lies ahead of the loop", "begin it a step later, with x_t"),
    ("h_0: n; for t = 1..T: h_t = tanh(h_{t-1} + h_{t-2})", "h_{t-2} lies 2 steps back", "k_t = h_{t-1}"),
    ("x_t: n; for t = 1..T: h_t = tanh(x_t)\nfor t = 1..T: d_t = h_t - h_{t-1}", "h_0 is needed", "declare it: h_0: n"),
    ("x_t: n; for t = 1..T: h_t = 2 x_t\nfor t = 1..S: g_t = tanh(h_t)", "over t end at T and at S", "the same end"),
    ("x_t: n; for t = 1..T: h_t = tanh(x_t)\nfor t = 99..T: g_t = tanh(h_t)", "more than 50 steps apart", ""),
]


@pytest.mark.parametrize(("text", "message", "hint"), LOOPS_REFUSED)
def test_loops_that_are_refused(text: str, message: str, hint: str) -> None:
    with pytest.raises(JacocalcError) as caught:
        read_program(text)
    assert message in caught.value.report()
    assert hint in caught.value.report()


def test_a_step_ahead_is_computed_where_the_loop_has_numbers() -> None:
    program = read_program("h_0: n; for t = 0..1: h_{t+1} = tanh(h_t); L = sum(h_2)")
    assert [var.key for var in program.variables] == ["h_0", "h_1", "h_2", "L"]


def test_a_loop_with_a_symbol_stays() -> None:
    program = read_program("x_t: n; h_0: n\nfor t = 1..T:\n  z_t = h_{t-1} + x_t\n  h_t = tanh(z_t)\nL = sum(h_T)")
    (loop,) = program.loops
    assert isinstance(loop, Loop)
    assert [a.variable.key for a in loop.body] == ["z_t", "h_t"]
    assert program.output.key == "L"


@pytest.mark.parametrize("size", ["n_{5l-1}", "n_5l"])
def test_a_size_whose_index_is_no_letter_is_a_size_of_its_own(size: str) -> None:
    assert read_program(f"W: m x {size}; A = W W^T").declared[0].size[1] == size


def test_a_long_row_of_factors_is_read_or_refused_at_once() -> None:
    assert read_program("m: scalar; L = " + "m " * 2500).output.key == "L"
    with pytest.raises(JacocalcError, match="the text has 4,900 symbols or more; at most 3,000 are read"):
        read_program("m: scalar; L = " + "m " * 4900)


@pytest.mark.parametrize("body", ["W1 + " * 1700 + "W1", "W1^T " * 1100], ids=["names of two letters", "transposes"])
def test_names_and_transposes_count_once(body: str) -> None:
    assert read_program(f"W1: n x n; L = tr({body})").output.key == "L"


def test_sizes_that_depend_on_the_layer() -> None:
    program = read_program(
        "x: n_0; W^(l): n_l x n_{l-1}; b^(l): n_l\nh^(0) = x\nfor l = 1..L:\n  h^(l) = tanh(W^(l) h^(l-1) + b^(l))"
    )
    assert program.loops[0].body[0].variable.shape == ("n_l", 1)


def test_comments_and_line_ends_and_the_word_end() -> None:
    text = "# a program\nx: n  # the input\r\nh_0: n\nfor t = 1..2: h_t = h_{t-1} + x\nend\nL = sum(h_2)\n"
    assert read_program(text).output.key == "L"


@pytest.mark.parametrize(
    ("text", "answer"),
    [("x: n; f = x", True), ("f(x) = x^2", False), ("g: R^2 -> R^3", False), ("x = s t, y = s + t^2", False),
     ("z = x^2 + 3x y", False), ("x: n\nL = sum(x)", True)],
)  # fmt: skip
def test_a_program_is_told_from_a_function(text: str, answer: bool) -> None:
    assert is_program(text) is answer


def test_everything_typed_is_bounded() -> None:
    for text in ("x: n; z = " + "(" * 200 + "x", "x: n; z = x" + " + x" * 5000, "x: n; z = " + "-" * 3000 + "x"):
        with pytest.raises(JacocalcError):
            read_program(text)


def test_a_program_compares_by_content() -> None:
    one, other = read_program("x: n; L = sum(x)"), read_program("x :  n\nL=sum( x )")
    assert isinstance(one, Program)
    assert one == other
    assert hash(one) == hash(other)


@pytest.mark.parametrize("index", ["", "l-1", "l"])
def test_a_layer_index_that_is_never_closed(index: str) -> None:
    with pytest.raises(JacocalcError):
        read_program(f"x: n_0; W^(l): n_l x n_{{l-1}}\nh^(0) = x\nfor l = 1..L:\n  h^(l) = tanh(W^(l) h^({index}")
    with pytest.raises(JacocalcError):
        read_program(f"x: n; W^(l): n x n\nh^(0) = x\nfor l = 1..L:\n  h^(l) = W^(l) h^(l-1)\nL_1 = h^({index}")


@pytest.mark.parametrize("name", ["tanh", "sigma"])
def test_a_third_derivative_is_refused_where_it_stands(name: str) -> None:
    with pytest.raises(JacocalcError, match=f"at most 2 derivatives of {name} are read here") as caught:
        read_program(f"x: n; z = {name}'''(x)")
    assert caught.value.start == len(f"x: n; z = {name}''")


@pytest.mark.parametrize("real", ["a ∈ ℝ", "a ∈ R", "a \\in \\mathbb{R}", "a: scalar"])
def test_a_real_number_is_declared(real: str) -> None:
    program = read_program(f"{real}; x ∈ ℝ^n; W ∈ ℝ^{{m×n}}; L = a ||W x||^2")
    assert [var.shape for var in program.declared] == [(1, 1), ("n", 1), ("m", "n")]


def test_sigma_is_a_variable_where_it_is_declared() -> None:
    assert read_program("x: n; sigma: scalar positive; L = ||x||^2/sigma").generic == ()
    assert read_program("x: n; phi: elementwise; L = sum(phi(x))").generic == ("sigma", "phi")


def test_sums_in_each_other_with_one_letter_or_many_terms() -> None:
    nested = "a: scalar; f = sum_{i=1}^2 sum_{i=1}^3 a"
    assert len(list(read_program(nested).assignments)[-1].term.terms) == 2  # type: ignore[attr-defined]
    again = "a: scalar; x_1: n; x_2: n; f = sum_{i=1}^2 (sum_{i=1}^2 a) ||x_i||^2"
    assert "x_2" in strict_term(list(read_program(again).assignments)[-1].term)
    for text in ("sum_{i=1}^{100} sum_{j=1}^{100} sum_{k=1}^{100} a", "sum_{i=1}^{21} sum_{j=1}^{20} a"):
        with pytest.raises(ReadError, match="sums in each other have at most 400 terms"):
            read_program(f"a: scalar; f = {text}")
    assert read_program("a: scalar; f = sum_{i=1}^{20} sum_{j=1}^{20} a + sum_{i=1}^{20} sum_{j=1}^{20} a")


@pytest.mark.parametrize("total", ["sum_s L_s", "sum_{s=1}^T L_s"])
def test_a_loop_over_s_that_uses_h_s_is_over_t_where_h_is(total: str) -> None:
    lines = "h_0: n\nfor t = 1..T:\n  h_t = tanh(h_{{t-1}})\nfor {0} = 1..T:\n  L_{0} = ||h_{0}||^2\nL = {1}"
    program, same = read_program(lines.format("s", total)), read_program(lines.format("t", "sum_t L_t"))
    assert program.statements == same.statements
    assert (program.notes, same.notes) == (("s is written t, the letter of the loop that it goes over",), ())


def test_families_of_two_letters_do_not_meet_at_one_index() -> None:
    text = "x_t: n; y_s: n\nfor t = 1..T: h_t = tanh(x_t)\nfor s = 1..T: L_s = y_s' h_s\nL = sum_s L_s"
    with pytest.raises(ReadError, match="h is computed for t, and stands here at s") as caught:
        read_program(text)
    assert text[caught.value.start : caught.value.end] == "h_s"
    apart = read_program("y_s: n; x_t: n\nfor t = 1..T: h_t = tanh(x_t)\nfor s = 1..T: L_s = ||y_s||^2\nL = sum_s L_s")
    assert [loop.letter for loop in apart.loops] == ["t", "s"]


@pytest.mark.parametrize(
    "rows",
    [
        r"\begin{align} z &= W x + b \\ L &= \|z\|^2 \end{align}",
        "\\begin{align*}\nz &= W x % first\n  + b \\label{a}, \\\\[2pt]\nL &= \\|z\\|^2. \\nonumber\n\\end{align*}",
        r"$$\begin{aligned} z &= W x \\ &\quad + b \\ L &= \|z\|^2 \end{aligned}$$",
        "\\begin{equation}\\begin{split}\nz &= W x + b \\\\\nL &= \\|z\\|^2\n\\end{split}\\end{equation}",
        "z &= W x + b \\\\\nL &= \\|z\\|^2",
    ],
)
def test_rows_of_a_display_are_statements(rows: str) -> None:
    declared = "x: n; W: m x n; b: m\n"
    assert read_program(declared + rows).statements == read_program(declared + "z = W x + b; L = ||z||^2").statements


def test_a_display_with_declarations_and_its_errors() -> None:
    text = r"\begin{align} x &\in \mathbb{R}^n, \\ W &\in \mathbb{R}^{m \times n} \\ L &= \|W q\|^2 \end{align}"
    assert is_program(text)
    assert read_program(text.replace("q", "x")).statements == read_program("x: n; W: m x n; L = ||W x||^2").statements
    with pytest.raises(ReadError, match="q is not declared") as caught:
        read_program(text)
    assert (caught.value.text, text[caught.value.start : caught.value.end]) == (text, "q")
