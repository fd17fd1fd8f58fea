/** Log events in words; an unknown kind from a newer service is shown as it is. */

import type { FeedEventBody } from "../../api";
import { language, number, type Language } from "../../language";
import type { EventKind, PayloadOf } from "../event_kinds";

/** Words for each kind, or a function that makes them from its payload. */
type Words = { readonly [K in EventKind]: string | ((payload: PayloadOf<K>) => string) };

/** The reason of the service for a picture; mirrors `alerting.replies.rules.intents`. */
const PICTURE = "a picture without words";

const ZH: Words = {
  "alert.raised": "发出预警",
  "alert.widened": "扩大范围",
  "alert.widened_by_text": "按短信扩大范围",
  "alert.repeated_by_text": "同一预警又由短信报来",
  "alert.updated": "更新预警",
  "alert.cancelled": ({ reason }) => `取消预警：${reason}`,
  "alert.expired": "预警到期，不再发送",
  "alert.closed": "关闭：无人未核实",
  "alert.reopened": "重新打开",
  "alert.all_clear": "解除：可以返回",
  "alert.proposed": "其他系统建议发布",
  "alert.withdrawn": "建议已撤回",
  "cap.followed": "按其他系统的信息处理",
  "approval.asked": "请求批准扩大范围",
  "approval.passed_on": "批准请求转上一级",
  "approval.approved": "批准扩大范围",
  "approval.declined": "不批准扩大范围",
  "approval.lapsed": "批准请求失效",
  "officer.called": "叫副手",
  "officer.confirmed": "应答",
  "officer.not_woken": "叫不醒，已报上一级",
  "officers.called_again": "再次呼叫未应答人员",
  "households.reminded": ({ sms, voice }) =>
    voice ? `再打电话 ${number(voice)} 户` : `再发短信 ${number(sms)} 户`,
  "household.asked": ({ channel }) =>
    channel === "voice" ? "给一户再打录音电话" : "给一户再发短信",
  "neighbour.asked": ({ households }) => `向中心户询问 ${number(households.length)} 户`,
  "households.unreachable": "短信到不了，改为入户",
  "household.opted_in": "住户发来 START，又愿收短信",
  "household.opted_out": "住户退订短信，改为入户",
  "texts.given_up": "短信多次失败，改打电话",
  "call.received": "有人回拨，听了预警",
  "text.unclear": ({ reason }) =>
    reason === PICTURE ? "收到没有文字的图片，等人看" : "收到看不懂的短信",
  "text.suspected": "收到疑似求助的短信",
  "text.suspected_told": "疑似求助已派人去看",
  "text.answered": "回复了短信",
  "text.settled": "人工读了一条短信",
  "help.called": "求助",
  "help.called_again": "再次求助",
  "help.resolved": "求助已解决",
  "help.passed_on": "求助转上一级",
  "help.told": "把求助告诉人员",
  "task.opened": "派人入户",
  "task.taken": "出发入户",
  "task.closed": "入户任务完成",
  "tasks.told": "把入户任务告诉人员",
  "village.dark": ({ together }) => (together ? "各村短信都送不到：全村入户" : "全村入户"),
  "dark.told": "告诉人员全村入户",
  "visitors.added": "登记名册外的人",
  "roll_call.called": "点名开始",
  "roll_call.ended": "点名结束",
  "groups.told": ({ groups }) => `发到工作群：${number(groups.length)} 个`,
  "sending.late": "短信发完会晚于要求",
  "provider.needs_operator": "短信通道要人处理",
  "provider.up": ({ provider }) => `通道恢复：${provider}`,
  "provider.slow": ({ provider }) => `通道变慢：${provider}`,
  "provider.down": ({ provider }) => `通道中断：${provider}`,
  "watchdog.forgotten": "看门狗：有人没有安排",
};

const EN: Words = {
  "alert.raised": "Alert raised",
  "alert.widened": "Alert widened",
  "alert.widened_by_text": "Alert widened by text",
  "alert.repeated_by_text": "The same alert came by text",
  "alert.updated": "Alert updated",
  "alert.cancelled": ({ reason }) => `Alert cancelled: ${reason}`,
  "alert.expired": "Alert expired: nothing more is sent",
  "alert.closed": "Closed: nobody is unaccounted",
  "alert.reopened": "Opened again",
  "alert.all_clear": "All-clear: people may return",
  "alert.proposed": "Proposed by another system",
  "alert.withdrawn": "Proposal withdrawn",
  "cap.followed": "Follows another system's message",
  "approval.asked": "Approval of a wider area asked for",
  "approval.passed_on": "Approval passed to the tier above",
  "approval.approved": "Wider area approved",
  "approval.declined": "Wider area declined",
  "approval.lapsed": "Approval lapsed",
  "officer.called": "Deputy called",
  "officer.confirmed": "Officer confirmed the call",
  "officer.not_woken": "Officer could not be woken: tier above told",
  "officers.called_again": "Silent officers called again",
  "households.reminded": ({ sms, voice }) =>
    voice ? `${number(voice)} households called` : `${number(sms)} households texted again`,
  "household.asked": ({ channel }) =>
    channel === "voice" ? "Household called again" : "Household texted again",
  "neighbour.asked": ({ households }) =>
    `Neighbour asked about ${number(households.length)} silent households`,
  "households.unreachable": "No text arrives: somebody goes there",
  "household.opted_in": "Household sent START: it takes texts again",
  "household.opted_out": "Household opted out of texts: somebody goes there",
  "texts.given_up": "Texts failed too often: called instead",
  "call.received": "Somebody rang back and heard the alert",
  "text.unclear": ({ reason }) =>
    reason === PICTURE
      ? "A picture without words: somebody has to look"
      : "A text that nobody understood",
  "text.suspected": "A text that may be a call for help",
  "text.suspected_told": "An officer is sent to a possible call for help",
  "text.answered": "A text was answered",
  "text.settled": "An officer read a text",
  "help.called": "Call for help",
  "help.called_again": "Called for help again",
  "help.resolved": "Call for help resolved",
  "help.passed_on": "Call for help passed to the tier above",
  "help.told": "Officers told of a call for help",
  "task.opened": "Officer sent to a door",
  "task.taken": "Officer on the way to a door",
  "task.closed": "Door done",
  "tasks.told": "Officer told of doors",
  "village.dark": ({ together }) =>
    together
      ? "Texts arrive in no village: every door is knocked on"
      : "Every door of the village is knocked on",
  "dark.told": "Officers told to knock on every door",
  "visitors.added": "People on no roster added",
  "roll_call.called": "Roll-call begun",
  "roll_call.ended": "Roll-call ended",
  "groups.told": ({ groups }) => `Posted to work groups: ${number(groups.length)}`,
  "sending.late": "Sending will finish later than allowed",
  "provider.needs_operator": "A provider needs its operator",
  "provider.up": ({ provider }) => `Provider works again: ${provider}`,
  "provider.slow": ({ provider }) => `Provider is slow: ${provider}`,
  "provider.down": ({ provider }) => `Provider is down: ${provider}`,
  "watchdog.forgotten": "Watchdog: nothing is planned for somebody",
};

const WORDS: Record<Language, Words> = { zh: ZH, en: EN };

/** Return the words for an event. */
export function saidOf({ kind, payload }: FeedEventBody): string {
  const words = WORDS[language.value];
  if (!Object.hasOwn(words, kind)) return kind;
  const said = words[kind] as string | ((payload: FeedEventBody["payload"]) => string);
  return typeof said === "string" ? said : said(payload);
}
