"""Programs of many kinds, whose code is run."""

from __future__ import annotations

PROGRAMS: dict[str, str] = {
    "two layers": """x: n;  W: m x n;  b: m;  U: k x m;  c: k;  y: k
z = W x + b
h = sigma(z)
yhat = U h + c
L = 1/2 ||yhat - y||^2""",
    "recurrent, three steps": """x_t: n; W: m x m; U: m x n; b: m; h_0: m; y: m
for t = 1..3:
    z_t = W h_{t-1} + U x_t + b
    h_t = tanh(z_t)
L = 1/2 ||h_3 - y||^2""",
    "recurrent": """x_t: n; W: m x m; U: m x n; b: m; h_0: m; y_t: m
for t = 1..T:
    z_t = W h_{t-1} + U x_t + b
    h_t = tanh(z_t)
    L_t = 1/2 ||h_t - y_t||^2
L = sum_t L_t""",
    "recurrent, in one line, mean loss": """x_t: n; W: m x m; U: m x n; h_0: m; y: m
for t = 1..T:
    h_t = gelu(W h_{t-1} + U x_t)
L = 1/2 ||h_T - y||^2 + (1/T) sum(t=1..T, h_t' h_t)""",
    "loops that begin at different steps": """x_t: n; W: m x n; U: m x m; h_0: m; g_1: m
for t = 1..T: h_t = tanh(U h_{t-1} + W x_t)
for t = 2..T: d_t = h_t - h_{t-1}
for t = 2..T: g_t = tanh(U g_{t-1} + d_t)
L = sum_t ||h_t||^2 + ||g_T||^2""",
    "two loops with one input": """x_t: n; W: n x n; V: n x n; h_0: n; g_0: n
for t = 1..T: h_t = tanh(W h_{t-1} + x_t)
for t = 1..T: g_t = tanh(V g_{t-1} + x_t)
L = sum(h_T) + sum(g_T)""",
    "log of a sum over the steps": """h_0: n; W: n x n; c: n
for t = 1..T: h_t = W h_{t-1}
for t = 1..T: s_t = c'tanh(h_t)
L = log(sum(t=1..T, exp(s_t)))""",
    "four steps to the loss": """W: n x n; a_0: n; b_0: n; c_0: n; d_0: n
for t = 1..T:
    a_t = tanh(b_{t-1})
    b_t = tanh(c_{t-1})
    c_t = tanh(d_{t-1})
    d_t = tanh(W d_{t-1})
L = ||a_T||^2""",
    "a decoder": """W: n x n; h_0: n; g_0: n
for t = 1..T: h_t = tanh(W h_{t-1} + h_0)
for s = 1..S: g_s = tanh(W g_{s-1} + h_T)
L = ||g_S||^2""",
    "two equations": """x: n; W: n x n; V: n x n; h: n; g: n
solve h = tanh(W h + x)
solve g = tanh(V g + h + x)
L = ||g||^2""",
    "no input to count": """W: m x m; h_0: m; y: m
for t = 1..T:
    h_t = tanh(W h_{t-1})
L = 1/2 ||h_T - y||^2 + ||W||^2""",
    "deep": """x: n_0; W^(l): n_l x n_{l-1}; b^(l): n_l; y: n_L
h^(0) = x
for l = 1..L:
    z^(l) = W^(l) h^(l-1) + b^(l)
    h^(l) = sigma(z^(l))
J = 1/2 ||h^(L) - y||^2""",
    "deep, normed layers": """x: n_0; W^(l): n_l x n_{l-1}; y: n_L
h^(0) = x
for l = 1..L:
    z^(l) = W^(l) h^(l-1)
    h^(l) = tanh(z^(l) - mean(z^(l)) ones(n_l))
J = 1/2 ||h^(L) - y||^2""",
    "deep, three layers": """x: n_0; W^(l): n_l x n_{l-1}; b^(l): n_l; y: n_3
h^(0) = x
for l = 1..3:
    z^(l) = W^(l) h^(l-1) + b^(l)
    h^(l) = sigma(z^(l))
J = 1/2 ||h^(3) - y||^2""",
    "attention": """Q: n x d; K: m x d; V: m x p; G: n x p
S = Q K' / sqrt(d)
P = softmax_rows(S)
O = P V
L = dot(G, O)""",
    "cross-entropy": """x: n; W: k x n; b: k; y: k sums to 1
z = W x + b
p = softmax(z)
L = -y' log(p)""",
    "cross-entropy of a batch": """X: N x n; W: n x k; Y: N x k rows sum to 1
P = softmax_rows(X W)
L = -1/N dot(Y, log(P))""",
    "cross-entropy, log-sum-exp": """x: n; W: k x n; y: k sums to 1
z = W x
L = logsumexp(z) - y' z""",
    "batch of columns": """X: n x N; W: k x n; b: k; Y: k x N
Z = W X + b
A = sigmoid(Z)
L = 1/(2N) ||A - Y||_F^2""",
    "batch of rows": """X: N x n; W: n x k; b: k; Y: N x k
Z = X W + ones(N) b'
A = softplus(Z)
L = 1/N ||A - Y||_F^2""",
    "batch cross-entropy": """X: N x n; W: n x k; Y: N x k
P = softmax_rows(X W)
L = -1/N sum(Y .* log(P))""",
    "equilibrium": """x: n; W: m x m; U: m x n; b: m; h: m; y: m
solve h = tanh(W h + U x + b)
L = 1/2 ||h - y||^2""",
    "layer norm": """x: n; g: n; b: n; y: n; eps: scalar
mu = mean(x)
v = var(x)
u = (x - mu) / sqrt(v + eps)
o = g .* u + b
L = 1/2 ||o - y||^2""",
    "log determinant": """A: n x n invertible; B: n x n
L = logdet(A) + tr(A^-1 B) + log det(A'A)""",
    "determinant of rows": """X: m x n; y: m
L = logdet(X X') + y' (X X')^-1 y""",
    "linear system": """A: n x n invertible; b: n; c: n
u = A^-1 b
L = c' u + ||u||^2""",
    "symmetric form": """A: n x n symmetric; x: n; B: n x n
L = x' A x + tr(A B) + x' A A x""",
    "relu and friends": """x: n; W: m x n; y: m
a = relu(W x)
b = gelu(a - y)
c = silu(b + a)
d = leaky_relu(c - 1/2 y)
f = elu(d - y)
L = sum(f .* a) + ||d||^2""",
    "weight sharing": """x: n; W: n x n; y: n
u = tanh(W x)
v = tanh(W' u)
L = 1/2 ||W v - y||^2""",
    "nested": """x: n; W: m x n; V: k x m; y: k
L = 1/2 ||V tanh(W x) - y||^2 + 1/2 ||W||^2""",
    "names that collide": """lambda: scalar; np: n; x: n; dx: n; values: n; sum: n
range = np .* x + lambda dx
L = 1/2 ||range - values||^2 + sum' x""",
    "rows, scalars and diagonals": """x: n; A: n x n; r: 1 x n; s: scalar; y: n positive
u = diag(x) A y
v = A diag(y) x
w = s (r A)'
L = (r u) (v' w) + sum(u ./ y) + s^2 + ||w|| / (1 + s^2)""",
    "diagonal, trace and norms": """A: n x n; B: n x n; v: n
d = diag(A B)
C = diag(v) + A
L = tr(C' B) + tr(A B') + ||d||^2 + ||C||_F + sum(d .* v) + det(A)""",
    "powers and exponentials": """x: n positive; a: scalar
u = x.^3 + exp(-x) + ln(x) .* sqrt(x)
L = mean(u) + a^2 sum(u ./ x) + e^a + pi a""",
    "second derivative": """x: n; W: n x n; y: n
z = W x
h = sigma'(z)
L = sum(h .* y)""",
    "loss by differences": """x: n; y: n
u = tanh(x)
a = ||u - y||^2
b = ||u + y||^2
L = a - b""",
    "numbers for sizes": """x: 3; W: 2 x 3; v: 1 x 2; y: scalar
z = tanh(W x)
L = (v z - y)^2""",
    "scalar equilibrium": """a: scalar; s: scalar
solve s = cos(a s) / 2
L = s^2 + a""",
    "scalars at every step": """a_t: scalar; h_0: n; y: n
for t = 1..T:
    h_t = a_t tanh(h_{t-1}) + h_{t-1}
L = ||h_T - y||^2 + sum(t=1..T, a_t^2)""",
    "two loops": """x_t: n; W: m x m; U: m x n; V: m x m; h_0: m; s_0: m; y_t: m
for t = 1..T:
    h_t = tanh(W h_{t-1} + U x_t)
for t = 1..T:
    s_t = tanh(V s_{t-1} + h_t)
    e_t = 1/2 ||s_t - y_t||^2
L = sum_t e_t""",
    "inverse in a loop": """A: n x n invertible; h_0: n; c: n
B = A^-1
for t = 1..T:
    h_t = tanh(B h_{t-1} + c)
L = ||h_T||^2 + tr(B)""",
    "wide names": """input_vector: features; first_weights: hidden x features; first_bias: hidden
second_weights: outputs x hidden; second_bias: outputs; wanted_output: outputs
preactivation = first_weights input_vector + first_bias
hidden_activation = tanh(preactivation)
predicted_output = second_weights hidden_activation + second_bias
residual = predicted_output - wanted_output
loss = 1/2 ||residual||^2""",
    "from step 0": """x_t: m; W: m x m; y: m
for t = 0..T:
    h_t = tanh(W x_t)
L = 1/2 ||h_T - y||^2 + sum(t=0..T, h_t' h_t)""",
    "unused input": """x: n; y: n; c: m
L = 1/2 ||x - y||^2""",
}
