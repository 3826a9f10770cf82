// Says in words that a passkey or key wasn't read: the library only tells the console.
document.addEventListener("allauth.error", (event) => {
  const said = document.querySelector("[data-passkey-failed]");
  if (!said) return;
  event.preventDefault();
  document.getElementById("messages").append(said);
  said.hidden = false;
  said.scrollIntoView({ block: "nearest" });
});
