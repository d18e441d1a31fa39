"""Names under which torch has no function: a program that uses one fails."""

from __future__ import annotations

from shapecalc.formats.source.values import name_set

#: By where they are looked up: functions that stand elsewhere, as ``x.gelu()`` for ``F.gelu(x)``.
LACKING = {
    "Tensor": name_set(
        "alpha_dropout batch_norm celu contiguous_ cummax_ dropout dropout1d dropout2d dropout3d elu elu_ "
        "feature_alpha_dropout gelu group_norm gumbel_softmax hardsigmoid hardswish hardswish_ hardtanh hardtanh_ "
        "instance_norm layer_norm leaky_relu leaky_relu_ local_response_norm logsigmoid maximum_ minimum_ mish "
        "new_rand new_randn normalize numpy_ ones_ relu6 rms_norm rrelu selu selu_ silu softmax_ softmin softplus "
        "softshrink softsign sort_ tanhshrink threshold unsafe_chunk_ where_ where__ zeros_"
    ),
    "torch": name_set(
        "adaptive_avg_pool2d adaptive_avg_pool3d adaptive_max_pool2d adaptive_max_pool3d add_ avg_pool2d "
        "avg_pool3d bernoulli_ byte contiguous contiguous_ copy_ cummax_ data_ptr div_ dropout1d dropout2d "
        "dropout3d elu elu_ exponential_ fold gelu glu gumbel_softmax hardsigmoid hardswish hardswish_ hardtanh "
        "hardtanh_ interpolate leaky_relu leaky_relu_ local_response_norm logsigmoid lp_pool1d lp_pool2d "
        "lp_pool3d masked_fill_ mish mul_ normal_ normalize numpy_ ones_ pin_memory pow_ random_ relu6 "
        "requires_grad retain_grad scatter_ set_ silu softmax_ softmin softplus softshrink softsign sort_ sub_ "
        "tanhshrink to type type_as unfold uniform_ unsafe_chunk_ upsample where_ zeros_"
    ),
    "torch.nn.functional": name_set(
        "abs abs_ acos add_ addcdiv addcmul angle asin atan bernoulli bernoulli_ bfloat16 bitwise_not bool byte "
        "ceil clamp clamp_ clamp_max clamp_min clip clone contiguous contiguous_ copy_ cos cosh cpu cuda cummax_ "
        "cumprod cumsum data_ptr deg2rad detach detach_ digamma div_ double erf erfc erfinv exp exp2 exp_ expm1 "
        "exponential_ fill_ fliplr flipud float float_power floor floor_ fmod frac half hardswish_ heaviside "
        "index_copy index_fill int isfinite isinf isnan lerp lgamma log log10 log1p log2 log_ logcumsumexp "
        "logical_not logit long masked_fill masked_fill_ mul_ nan_to_num nan_to_num_ neg neg_ normal_ numpy_ "
        "ones_ pin_memory positive pow pow_ random_ reciprocal remainder requires_grad retain_grad roll round "
        "round_ rsqrt rsqrt_ scatter scatter_ scatter_add set_ sgn short sigmoid_ sign sin sinc sinh softmax_ "
        "sort_ sqrt sqrt_ square square_ sub_ tan tanh_ to tril triu trunc trunc_ type type_as uniform_ "
        "unsafe_chunk_ xlogy zero_ zeros_"
    ),
    "torch.nn": name_set(
        "LazyGRU LazyGRUCell LazyGroupNorm LazyLSTM LazyLSTMCell LazyMultiheadAttention LazyRNN LazyRNNCell "
        "LazySyncBatchNorm LazyTransformerDecoderLayer LazyTransformerEncoderLayer"
    ),
}
