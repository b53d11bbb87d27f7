// What the page knows: chats, messages, where one is. Events from the server change it; views read it.

export class Model {
  constructor() {
    this.me = null;
    this.bot = null;
    this.people = [];
    this.chats = new Map();
    this.chatId = null;
    this.thread = 0;
    this.places = new Map();
    this.typing = new Map();
    this.outgoing = [];
    this.online = true;
  }

  apply(event) {
    const act = this[`on_${event.type}`];
    if (act) act.call(this, event);
  }

  on_state(event) {
    const isSame = this.me?.id === event.me.id;
    this.me = event.me;
    this.bot = event.bot;
    this.about = event.about;
    this.people = event.people;
    this.chats = new Map(event.chats.map((chat) => [chat.id, this.withMessages(chat, event.chats)]));
    if (!isSame) { this.places.clear(); this.outgoing = []; this.typing.clear(); }
    this.outgoing = this.outgoing.filter((item) => !this.isKnown(item));
    if (!this.chats.has(this.chatId)) { this.chatId = null; this.thread = 0; }
    if (this.chat && typeof this.thread === "number" && this.thread && !this.topic) this.thread = this.firstThread(this.chat);
  }

  withMessages(chat) {
    return { ...chat, messages: new Map(chat.messages.map((message) => [message.id, message])) };
  }

  isKnown(item) {
    const messages = this.chats.get(item.chat)?.messages ?? new Map();
    return [...messages.values()].some((message) => message.key === item.key);
  }

  on_message({ message }) {
    const chat = this.chats.get(message.chat);
    if (!chat) return;
    const isNew = !chat.messages.has(message.id);
    chat.messages.set(message.id, message);
    if (message.key) this.outgoing = this.outgoing.filter((item) => item.key !== message.key);
    if (isNew && message.from === this.bot.id) this.typing.delete(placeKey(message.chat, message.thread));
  }

  on_gone({ chat, id }) { this.chats.get(chat)?.messages.delete(id); }

  on_chat({ chat }) {
    const known = this.chats.get(chat.id);
    this.chats.set(chat.id, { ...chat, messages: known?.messages ?? new Map() });
    if (chat.id === this.chatId && !chat.hasTopics) this.thread = 0;
  }

  on_chats({ chats }) { for (const chat of chats) this.on_chat({ chat }); }

  on_topic({ chat, topic }) {
    const topics = this.chats.get(chat).topics;
    const index = topics.findIndex((known) => known.id === topic.id);
    if (index < 0) topics.push(topic); else topics[index] = topic;
  }

  on_topicGone({ chat, thread }) {
    const known = this.chats.get(chat);
    known.topics = known.topics.filter((topic) => topic.id !== thread);
    if (this.chatId === chat && this.thread === thread) this.thread = this.firstThread(known);
  }

  on_person({ person }) {
    this.people = [...this.people.filter((known) => known.id !== person.id), person];
  }

  on_typing({ chat, thread, action }) {
    this.typing.set(placeKey(chat, thread), { action, until: Date.now() + 5500 });
  }

  on_draft({ draft }) {
    const chat = this.chats.get(draft.chat);
    chat.drafts = [...chat.drafts.filter((known) => known.thread !== draft.thread), draft];
  }

  on_draftGone({ chat, thread }) {
    const known = this.chats.get(chat);
    known.drafts = known.drafts.filter((draft) => draft.thread !== thread);
  }

  on_reads({ chat, reads }) { this.chats.get(chat).reads = reads; }

  // Reading

  get chat() { return this.chats.get(this.chatId); }

  get topic() { return this.chat?.topics.find((topic) => topic.id === this.thread); }

  get privateChat() { return this.chats.get(this.me.id); }

  firstThread(chat) {
    if (!chat.hasTopics) return 0;
    if (chat.kind !== "private") return 0;
    if (chat.topics.length) return lastTopic(chat);
    return chat.messages.size ? 0 : "new";
  }

  // A private chat with topics: what is written outside of them opens a new one, commands aside.
  writesTo(text) {
    const isOutside = this.thread === 0 && this.chat.kind === "private" && this.chat.hasTopics;
    return isOutside && !text.startsWith("/") ? "new" : this.thread;
  }

  go(chatId, thread) {
    if (this.chat) this.places.set(this.chatId, this.thread);
    this.chatId = chatId;
    if (thread !== undefined) { this.thread = thread; return; }
    const chat = this.chats.get(chatId);
    const last = this.places.get(chatId);
    const isThere = last === "new" || last === 0 || chat?.topics.some((topic) => topic.id === last);
    this.thread = chat ? (last !== undefined && isThere && chat.hasTopics ? last : this.firstThread(chat)) : 0;
  }

  shown() {
    const chat = this.chat;
    if (!chat || this.thread === "new") return [];
    const every = [...chat.messages.values()].sort((one, other) => one.id - other.id);
    return chat.hasTopics ? every.filter((message) => message.thread === this.thread) : every;
  }

  unread(chat, thread) {
    let found = 0;
    for (const message of chat.messages.values()) {
      if (thread !== undefined && message.thread !== thread) continue;
      const own = message.from === this.me.id || message.service?.forum_topic_edited || message.service?.forum_topic_created;
      if (!own && message.id > (chat.reads[message.thread] ?? 0)) found += 1;
    }
    return found;
  }

  draft() {
    return this.chat?.drafts.find((draft) => draft.thread === this.thread || !this.chat.hasTopics);
  }

  typingHere(chatId, thread) {
    const found = this.typing.get(placeKey(chatId, thread));
    return found && found.until > Date.now() ? found.action : null;
  }
}

export function placeKey(chat, thread) { return `${chat}/${thread}`; }

export function lastMessage(chat, thread) {
  let last = null;
  for (const message of chat.messages.values()) {
    if (thread !== undefined && message.thread !== thread) continue;
    if (!last || message.id > last.id) last = message;
  }
  return last;
}

function lastTopic(chat) {
  let best = chat.topics.at(-1).id;
  let newest = 0;
  for (const message of chat.messages.values()) {
    if (message.id > newest && chat.topics.some((topic) => topic.id === message.thread)) {
      newest = message.id;
      best = message.thread;
    }
  }
  return best;
}
