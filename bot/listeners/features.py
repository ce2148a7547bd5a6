"""Every feature there is, in the order of `/incident help`. To add one: its file, a line here."""

from bot.listeners import (
    ack,
    catchup,
    channel,
    declare,
    handoff,
    intake,
    leaving,
    milestone,
    note,
    pins,
    postmortem,
    role,
    severity,
    snooze,
    stage,
    task,
    timeline,
    update,
)
from bot.listeners.feature import Feature

FEATURES: tuple[Feature, ...] = (
    declare.feature,
    intake.feature,
    ack.feature,
    role.feature,
    handoff.feature,
    update.feature,
    snooze.feature,
    severity.feature,
    stage.feature,
    note.feature,
    task.feature,
    milestone.feature,
    catchup.feature,
    timeline.feature,
    postmortem.feature,
    pins.feature,
    channel.feature,
    leaving.feature,
)
