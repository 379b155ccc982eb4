# 面板的简体中文文本。语法：Project Fluent，https://projectfluent.org
# 每条文本之间空一行；标识与 en.ftl 完全一致。

percent = { $n }%

bpm = BPM

# 各区标题。
zone-key = 调

zone-tempo = 速度

zone-chord = 和弦

zone-strip-bars = 最近 8 小节

zone-strip = 最近 16 秒

zone-next = 常见的下一个和弦

zone-references = 最接近的参考曲

zone-scenes = 适合的场景

zone-sound = 响度（LUFS）与频率平衡

zone-notes = 正在发声的音

# 没有数值时。
waiting = 等待声音

nothing = –

silent = 静音

listening = 正在听……

no-clear-key = 没有明确的调

no-clear-tempo = 没有明确的节拍

no-chord = 没有和弦

# 把握有多大。
sure = 确定

fairly-sure = 比较确定

unsure = 不太确定

guess = 猜测

sureness = { $word } { $percent }

# 调。
key = { $tonic } { $mode }

mode-major = 大调

mode-minor = 小调

key-or = 或 { $key }

relation-relative = 关系调，音相同

relation-parallel = 主音相同

relation-fifth = 相差五度

a4 = A4 = { $hz } Hz

key-since = 自 { $time } 起，之前是 { $key }

# 判断调性的依据：听到的音，以及第二可能的调里应有的音。
key-note-not = 有 { $note }，没有 { $other }

key-note = 有 { $note }

# 低音停在这个音上。
key-bass = 低音落在 { $note }

# 大小调之外的色彩。
colour-dorian = 多利亚

colour-phrygian = 弗里吉亚

colour-lydian = 利底亚

colour-mixolydian = 混合利底亚

colour-harmonic-minor = 和声小调

colour-pentatonic = 五声音阶

colour-blues = 布鲁斯

# 速度。
tempo-steady = 平稳

tempo-drifting = 有变化

tempo-state = { $steadiness } · { $sureness }

tempo-other = 按 { $bpm } BPM 来数（{ $percent } 的依据支持它）。按键 { $shortcut }

meter = { $beats } 拍

# 敲击得到的速度：误差与敲击次数。
tapped = 敲击 { $bpm } ± { $error }（{ $n } 次）

tap-help = 敲出速度：按 T 键、点击数字，在宿主中也可弹奏参数 Tap Note 所设的 MIDI 音符

host-alone = 宿主 { $bpm } BPM

host-same = 宿主 { $bpm } BPM：你与宿主合拍

host-faster = 宿主 { $bpm } BPM：你快了 { $percent }%，每拍早 { $ms } 毫秒

host-slower = 宿主 { $bpm } BPM：你慢了 { $percent }%，每拍晚 { $ms } 毫秒

host-rushing = { $words }，越来越快

host-dragging = { $words }，越来越慢

next-none-yet = 调与和弦明确之后显示

# 响度。
loud-now = 当前

loud-short = 最近 3 秒

loud-whole = 整体

loud-range = 范围 LU

loud-peak = 峰值 dBTP

# 参考曲。
references-closed = 打开你自己的参考曲库，看看这段音乐与什么接近（按 L）。

references-error = 曲库打不开（按 L）。

references-none-yet = 听几秒音乐后开始比较。

library-loading = 正在读取曲库……

reference-unknown = 未命名的参考曲

provisional = 暂定

aspect-tempo = 速度

aspect-rhythm = 节奏

aspect-key = 调

aspect-timbre = 音色

aspect-balance = 频率平衡

aspect-dynamics = 动态

aspect-feel = 律动

# 场景。
scenes-none-yet = 听几秒音乐后开始比较。

scene-unknown = 未命名的场景

scene-agrees = { $cues }相符

scene-differs = { $cues }不符

list-comma = 、

source-published = 已发表数据

source-measured = 实测

source-convention = 行业惯例

source-editorial = 编者判断

cue-tempo = 速度

cue-mode = 调式

cue-brightness = 明亮度

cue-density = 音符密度

cue-range = 动态

cue-bass = 低音

cue-roughness = 粗糙度

per-second = 每秒 { $n } 个

# 目标，以及离它还有多远。
zone-target = 目标

pin-help = 以此为目标：点击、回车，或按 P 逐个选择

unpin = 取消目标

unpin-help = 不再有目标（Esc）

target-none-yet = 听满 10 秒音乐后，这里会显示差距。

target-missing = 打开的曲库里没有这首参考曲。请打开它所在的曲库（L），或取消目标（Esc）。

target-no-library = 尚未打开曲库。请打开它所在的曲库（L），或取消目标（Esc）。

target-missing-scene = 这里没有这个场景。请打开它所属的曲库（L），或取消目标（Esc）。

target-reached = 已听不出差距

target-unheard = 尚未听清：{ $aspects }

gap-tempo = 速度

gap-key = 调

gap-brightness = 明亮度

gap-balance = 频率平衡

gap-bass = 低音

gap-roughness = 粗糙度

gap-onsets = 音符密度

gap-range = 动态

gap-crest = 峰值

gap-unheard = 尚未听清

gap-fits = 相符

gap-from-to = { $here } → { $there }

per-second-short = { $n }/秒

gap-tempo-same = 相符

gap-tempo-half = 相符（按其半速）

gap-tempo-double = 相符（按其倍速）

gap-tempo-faster = 加快 { $percent }%，到 { $bpm }

gap-tempo-slower = 放慢 { $percent }%，到 { $bpm }

gap-bpm-half = { $bpm }（{ $base } 的半速）

gap-bpm-double = { $bpm }（{ $base } 的倍速）

gap-key-same = 相符

gap-key-mode = 偏向{ $mode }

gap-key-relative = 音相同，{ $mode }

gap-key-up = 上移 { $n } 个五度

gap-key-down = 下移 { $n } 个五度

gap-key-opposite = 相隔 { $n } 个五度，五度圈正对面

gap-key-fifths-and-mode = { $fifths }，{ $mode }

gap-brighter = 更明亮

gap-darker = 更暗一些

gap-more-bass = 低音多一些

gap-less-bass = 低音少一些

gap-rougher = 更粗糙

gap-smoother = 更平滑

gap-more-onsets = 音符多一些

gap-fewer-onsets = 音符少一些

gap-more-range = 强弱对比大一些

gap-less-range = 更平稳

gap-sharper-peaks = 峰值更突出

gap-softer-peaks = 峰值更柔和

gap-balance-within = 在其自身变化范围内

gap-region-too-much = { $region }多 { $db } dB

gap-region-too-little = { $region }少 { $db } dB

gap-region-less = { $region }调低 { $db } dB

gap-region-more = { $region }调高 { $db } dB

region-sub = 超低频

region-bass = 低频

region-low-mids = 中低频

region-mids = 中频

region-high-mids = 中高频

region-highs = 高频

# 缩小最大差距的建议及其理由。
close-gap = { $move } · 向“{ $target }”靠近

why-tempo = 听到的是 { $here } BPM，为目标速度 { $there } 的 { $ratio } 倍。

why-tempo-half = 目标 { $base } 的半速是 { $there }，听到的 { $here } BPM 是它的 { $ratio } 倍。

why-tempo-double = 目标 { $base } 的倍速是 { $there }，听到的 { $here } BPM 是它的 { $ratio } 倍。

why-key = 听到的是 { $here }，目标是 { $there }。

why-mode = 听到的是 { $here }，该场景偏向{ $mode }。

why-figure = { $aspect }为 { $here }，目标为 { $there }。

why-balance = 在响度相同时，超出目标自身变化范围的有：{ $regions }。

# 建议。
suggestion-none-yet = 调与和弦明确之后，这里会给出建议。

try-chord = 接下来试试 { $chord }

try-chord-why = { $context }，{ $cases } 例中有 { $percent } 接 { $chord }（{ $repertoire }）。

after-chord = 在 { $after } 之后

after-chords = 在以 { $after } 结尾的 { $n } 个和弦之后

corpus-billboard = { $songs } 首美国歌曲，1958–1991

corpus-pop909 = { $songs } 首华语流行歌曲

move-tempo-up = 加快一些，更像“{ $scene }”

move-tempo-down = 放慢一些，更像“{ $scene }”

move-mode-up = 偏向大调，更像“{ $scene }”

move-mode-down = 偏向小调，更像“{ $scene }”

move-brightness-up = 更明亮，更像“{ $scene }”

move-brightness-down = 更暗一些，更像“{ $scene }”

move-density-up = 音符多一些，更像“{ $scene }”

move-density-down = 音符少一些，更像“{ $scene }”

move-range-up = 强弱对比大一些，更像“{ $scene }”

move-range-down = 更平稳，更像“{ $scene }”

move-bass-up = 低音多一些，更像“{ $scene }”

move-bass-down = 低音少一些，更像“{ $scene }”

move-roughness-up = 更粗糙，更像“{ $scene }”

move-roughness-down = 更平滑，更像“{ $scene }”

move-why = 现在的{ $cue }为 { $here }，到 { $there } 即进入该场景的范围。

# 状态行。
status-waiting = 等待声音

status-silent = 输入为静音

status-heard = 正在听，已听 { $time }

status-held = 已保持：松开（H）之前，显示不变

status-stopped = 宿主已停止此插件

worker-failed = 分析已停止，显示的是之前的结果。按“重置”（R）重新开始。

unusable-rate = 无法分析此采样率：请选择 8 到 192 kHz 之间的采样率

lost-audio = 丢失了 { $ms } 毫秒音频，{ $gaps } 处

lost-samples = 丢失了 { $samples } 个采样，{ $gaps } 处

# 外层程序的消息。
notice-no-input = 没有声音输入：请连接设备并在“设置”（S）中选择，或播放示例曲（D）

notice-no-output = 没有声音输出：仍在听，但不播放声音

notice-device-failed = 声音设备出错：请在“设置”（S）中选择其他设备

notice-file-failed = 无法播放此文件

notice-file-playing = 正在播放

notice-file-ended = 已播放完毕

notice-demo-playing = 正在播放示例曲

notice-panel-failed = 绘制出错一次，已恢复

notice-level-not-kept = 所选的速度没能保存，仅在这一次有效

notice-state-newer = 此工程由更新版本的 Jamboree 保存；本版本不认识的设置已忽略。

notice-state-damaged = 此工程保存的部分设置无法读取，已恢复为默认值。

notice-detail = { $words }：{ $detail }

# 面板无法绘制时显示的内容。
failure = Jamboree 无法显示面板

failure-why = 声音照常通过，分析仍在继续。错误信息在宿主日志中。

failure-again = 重新显示

# 按钮及其作用。
hold = 保持

release = 松开

hold-help = 保持显示的内容，同时继续听（H）

reset = 重置

reset-help = 忘掉听过的内容，重新开始（R）

demo-play = 播放示例曲

demo-stop = 停止示例曲

demo-help = 内置的示例曲，听一听、看一看 Jamboree 能做什么（D）

settings = 设置

settings-help = 调音标准、速度范围、参考曲、设备、语言、记谱（S）

a4-chip-auto = A4 自动

a4-chip-help = 演奏者的调音标准（S）

range-help = 在此范围内寻找速度（S）

library-chip-open = { $n } 首参考曲

library-chip-closed = 没有参考曲

library-help = 参考曲库（L）

language-help = Switch to English (G)

close = 关闭

close-help = 回到面板（Esc）

section-tuning = 调音标准

tuning-auto = 估计

tuning-field = A4，单位赫兹

section-range = 速度范围（BPM）

range-any = 不限

range-slow = 慢

range-middle = 中

range-fast = 快

range-numbers = { $min }–{ $max }

section-library = 参考曲库

library-field = 曲库文件夹

library-hint = 用命令建立：cargo xtask index 文件夹 --library 曲库

library-with-style = 正在使用辨认风格的模型。

library-without-style = 比较时未使用辨认风格的模型；安装命令：cargo xtask setup --for style

library-open = 打开

library-close = 关闭曲库

library-is-open = { $n } 首，来自 { $path }

library-is-closed = 尚未打开。

section-find = 以参考曲为目标

find = 查找……

find-help = 按曲名查找曲库中的任何参考曲（F）

find-field = 曲名

find-hint = 输入曲名或文件名的一部分。用方向键选择，回车设为目标，Esc 退出。

find-closed = 打开曲库后，可以按曲名查找参考曲。

find-searching = 正在查找……

find-none = 没有叫这个名字的参考曲。

find-more = 这里是前 { $n } 首。请再输入几个字。

find-failed = 无法查找：{ $reason }

section-target = 以场景为目标

section-devices = 声音设备

device-input = 输入

device-output = 输出

device-none = 无

section-language = 语言

section-notation = 音名与调的写法

notation-english = 英式（B♭、B）

notation-german = 德式（B、H）

notation-solfege = Do Re Mi

notation-numbered = 简谱（1=C）

section-key-code = 混音用的调性代码

key-code-camelot = Camelot（8B）

key-code-open-key = Open Key（1d）
