//! What is shown where the panel cannot be drawn: plain labels, nothing that could fail again.

use gui::Language;

/// Draws the failure page; true when the user wants to try again.
pub(super) fn ui(ui: &mut egui::Ui, language: Language) -> bool {
    let (heading, text, again) = match language {
        Language::English => (
            "Jamboree could not draw its panel",
            "Sound passes and listening goes on. The message is in the host's log.",
            "Show it again",
        ),
        Language::SimplifiedChinese => (
            "Jamboree 无法显示面板",
            "声音照常通过，分析仍在继续。错误信息在宿主日志中。",
            "重新显示",
        ),
    };
    ui.vertical_centered(|ui| {
        ui.add_space(ui.available_height() / 3.0);
        ui.heading(heading);
        ui.label(text);
        ui.add_space(8.0);
        ui.button(again).clicked()
    })
    .inner
}
