// "May I enter?": another track asks other questions, so choosing one loads the page anew with the answers given.
document.addEventListener("change", (event) => {
  if (event.target.matches("[data-reload]") || event.target.name === "has_company") event.target.form.submit();
});
