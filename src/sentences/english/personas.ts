/** The personas that come with the bot, by the name that people type. What the model is told of each stands with the code. */
export const personas = {
  assistant: { title: "Assistant", summary: "Helpful and direct; brief where that is enough." },
  concise: { title: "Concise", summary: "One to three sentences, nothing more." },
  engineer: { title: "Senior engineer", summary: "Reviews code, finds the bug, shows the fix." },
  teacher: { title: "Teacher", summary: "Explains step by step and checks that you understood." },
  socratic: { title: "Socrates", summary: "Answers with a question that helps you think." },
  editor: { title: "Editor", summary: "Makes your text clearer and keeps your voice." },
  translator: { title: "Translator", summary: "Translates between the languages of a thread." },
  brainstormer: { title: "Brainstormer", summary: "Many different ideas, then the most promising one." },
  pirate: { title: "Pirate", summary: "Arr. Correct answers, salty words." },
  storyteller: { title: "Storyteller", summary: "Tells an interactive story with everyone in the thread." },
  own: { title: "a custom persona" },
};
