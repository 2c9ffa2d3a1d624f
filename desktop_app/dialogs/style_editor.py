"""Styles: made of words, pictures, LoRAs, a palette and steps; one picture is seen while one edits; kept and shared."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtGui import QImage
from PySide6.QtWidgets import (
    QCheckBox,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QMenu,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from desktop_app import theme
from desktop_app.background import Background
from desktop_app.dialogs.dialog import Dialog, add_row, at_least, form
from desktop_app.dialogs.style_parts import SIDE, LoraList, ReferenceList, offer_pictures
from desktop_app.dialogs.style_preview import StylePreview
from desktop_app.dialogs.train_pictures import Offer, Offers
from desktop_app.jobs import Jobs
from desktop_app.messages import localised_error
from desktop_app.panels.fields import Choice, Option, ShareField
from desktop_app.panels.steps_line import StepsLine
from desktop_app.pictures import to_image
from desktop_app.style_trial import Draft, fresh, with_picture
from desktop_app.thumbnails import thumbnail
from inference.alpha import Pixels
from inference.errors import BadRequest, GouacheError
from inference.palettes import Palette, find_palette, known_palettes
from inference.request_checks import MOST_REFERENCES
from inference.style_files import (
    LONGEST_TITLE,
    check_free,
    copy_style,
    delete_style,
    free_title,
    name_for,
    own_styles,
)
from inference.styles import PLACE, Style, load_styles

_HALF_PERCENT = 0.005
_OWN = object()
"""In the palette's list: colours that have no name here."""


class StyleEditor(Dialog):
    """All styles at the left, the chosen one in the middle, a picture with it at the right.

    Signals:
        files_wanted: "pictures" or "lora", to be chosen from the disk for ``add_pictures`` or ``loras.add``.
        share_wanted: the name of a saved style.
        import_wanted: a style is to be chosen from the disk.
        use_wanted: the name of a style to generate with.
        kept: the name of a style that was saved.
        deleted: the name of a style that is gone.
    """

    files_wanted = Signal(str)
    share_wanted = Signal(str)
    import_wanted = Signal()
    use_wanted = Signal(str)
    kept = Signal(str)
    deleted = Signal(str)

    def __init__(
        self,
        jobs: Jobs,
        background: Background,
        *,
        model: str,
        prompt: str,
        offers: Callable[[], Offers] = Offers,
        show: str | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._background, self._model, self._offers = background, model, offers
        self._saved: Draft | None = None
        self._pictures: dict[Path, Pixels] = {}
        self._references: tuple[Path, ...] = ()
        self._own_palette: Palette | None = None
        self._sure = ""
        """What a second press of the same button would do."""
        self.list = QListWidget()
        self.new, self.take = QPushButton(), QPushButton()
        self.title, self.template, self.negative = QLineEdit(), QLineEdit(), QLineEdit()
        self.title.setMaxLength(LONGEST_TITLE)
        self.references, self.weight = ReferenceList(), ShareField()
        self.add_pictures_ = QPushButton()
        self._menu = QMenu(self)
        self.loras, self.colours, self.steps = LoraList(), Choice(), StepsLine()
        self.bound = QCheckBox()
        self.preview = StylePreview(jobs, background, model, prompt)
        self._labels = {
            key: QLabel()
            for key in ("title", "template", "negative", "references", "weight", "loras", "palette", "steps")
        }
        self.duplicate, self.delete, self.share = (self.add_button(left=True) for _ in range(3))
        self.discard, self.use, self.close_ = (self.add_button() for _ in range(3))
        self.save = self.add_button(primary=True)
        self._lay_out()
        self._connect()
        self.retranslate()
        self._fill()
        if show is None or show not in self._names:
            self._begin_new()
        else:
            self._choose(show)

    # The style as it is edited

    @property
    def draft(self) -> Draft:
        """As it stands.

        Raises:
            BadRequest: when it cannot be saved so.
        """
        saved = self._base
        title = self.title.text().strip()
        name = saved.name if saved.name in own_styles() and title == saved.title else name_for(title)
        if PLACE not in self.template.text():
            raise BadRequest(f"The template has no {PLACE}.", hint="Say where the prompt goes.")
        style = replace(
            saved,
            name=name,
            title=title,
            template=self.template.text(),
            negative=self.negative.text(),
            models=(saved.models or (self._model,)) if self.bound.isChecked() else (),
            references=self._references,
            reference_weight=self.weight.value if self._moved_weight else saved.reference_weight,
            loras=self.loras.value,
            palette=self._chosen_palette(),
            post=saved.post if self.steps.text() == saved.post.as_text() else self.steps.chain,
        )
        return Draft(style, {path: self._pictures[path] for path in self._references if path in self._pictures})

    @property
    def _moved_weight(self) -> bool:
        """Whether it is another than what the slider shows of the saved one."""
        return bool(self._references) and abs(self.weight.value - self._base.reference_weight) > _HALF_PERCENT

    @property
    def changed(self) -> bool:
        """Whether there is something that would be lost."""
        if self._saved is None:
            return False
        try:
            return not self.draft.same(self._saved)
        except GouacheError:
            return True

    @property
    def own(self) -> bool:
        """Whether the chosen style is the user's, and on the disk."""
        return self._base.name in own_styles()

    @property
    def _base(self) -> Style:
        assert self._saved is not None
        return self._saved.style

    def _chosen_palette(self) -> Palette | None:
        name = self.colours.currentData()
        return self._own_palette if name is _OWN else find_palette(name) if name else None

    # Choosing

    def _fill(self) -> None:
        own = own_styles()
        with QSignalBlocker(self.list):
            self.list.clear()
            for name, style in sorted(
                load_styles().items(), key=lambda each: (each[0] not in own, each[1].title.lower())
            ):
                item = QListWidgetItem(style.title)
                item.setData(Qt.ItemDataRole.UserRole, name)
                item.setIcon(theme.icon("brush" if name in own else "lock"))
                if name not in own:
                    item.setToolTip(self.tr("It comes with the program. Duplicate it to change it."))
                self.list.addItem(item)

    @property
    def _names(self) -> list[str]:
        return [self.list.item(row).data(Qt.ItemDataRole.UserRole) for row in range(self.list.count())]

    def _choose(self, name: str) -> None:
        """Show a style of the list."""
        style = load_styles()[name]
        with QSignalBlocker(self.list):
            self.list.setCurrentRow(self._names.index(name))
        self._show(Draft(style))

    def _row_chosen(self, row: int) -> None:
        name = self._names[row] if row >= 0 else ""
        if name and self._leave():
            self._choose(name)
        else:
            with QSignalBlocker(self.list):
                base = self._saved.style.name if self._saved else ""
                self.list.setCurrentRow(self._names.index(base) if base in self._names else -1)

    def _begin_new(self) -> None:
        if self._saved is None or self._leave():
            with QSignalBlocker(self.list):
                self.list.setCurrentRow(-1)
            self._show(fresh(self.tr("New style"), self._model))
            self.title.setFocus()
            self.title.selectAll()

    def _show(self, draft: Draft) -> None:
        style, self._saved, self._pictures = draft.style, draft, dict(draft.pictures)
        self._sure = ""
        blocked = [
            QSignalBlocker(each) for each in (self.title, self.template, self.negative, self.colours, self.bound)
        ]
        self.title.setText(style.title)
        self.template.setText(style.template)
        self.negative.setText(style.negative)
        self.weight.set_value(style.reference_weight)
        self.loras.set_value(style.loras)
        self.steps.set_chain(style.post)
        self.bound.setChecked(bool(style.models))
        self._show_palette(style.palette)
        self._references = style.references
        self._show_references()
        del blocked
        self._take_change()

    def _show_palette(self, palette: Palette | None) -> None:
        known = known_palettes()
        named = palette is not None and palette.name in known and find_palette(palette.name) == palette
        self._own_palette = None if named else palette
        options = [Option(None, self.tr("Any colours")), *(Option(name, name) for name in sorted(known))]
        if self._own_palette is not None:
            count = self.tr("%n colours of its own", None, len(self._own_palette))
            options.append(Option(_OWN, count))
        self.colours.set_options(options)
        value = None if palette is None else palette.name if named else _OWN
        self.colours.setCurrentIndex(self.colours.row_of(value))

    # Pictures

    def add_pictures(self, paths: tuple[Path, ...]) -> None:
        """References from files."""
        for path in paths:
            if path not in self._references and len(self._references) < MOST_REFERENCES:
                self._references = (*self._references, path)
        self._show_references()
        self._take_change()

    def add_offer(self, offer: Offer) -> None:
        """A reference from the open document."""
        grown = with_picture(
            Draft(replace(self._base, references=self._references), self._pictures), offer.title, offer.pixels()
        )
        self._references, self._pictures = grown.style.references, dict(grown.pictures)
        self._show_references()
        self._take_change()

    def _remove_pictures(self, paths: tuple[Path, ...]) -> None:
        self._references = tuple(path for path in self._references if path not in paths)
        self._show_references()
        self._take_change()

    def _show_references(self) -> None:
        self.references.set_pictures([(path, self._small(path)) for path in self._references])
        has = bool(self._references)
        self.references.setVisible(has)
        self._rows.setRowVisible(self.weight, has)

    def _small(self, path: Path) -> QImage:
        if path not in self._pictures:
            return thumbnail(path, SIDE)
        return to_image(self._pictures[path]).scaled(SIDE, SIDE, Qt.AspectRatioMode.KeepAspectRatio)

    def _offer(self) -> None:
        self._menu.clear()
        self._menu.addAction(self.tr("From files..."), lambda: self.files_wanted.emit("pictures"))
        offer_pictures(self._menu, self._offers(), (self.tr("Layers"), self.tr("Results")), self.add_offer)

    # Changes

    def _take_change(self) -> None:
        """Something was edited: what can be done now, and a new picture."""
        self._sure = ""
        problem, draft = "", None
        try:
            draft = self.draft
            if draft.style.name != self._base.name or not self.own:
                check_free(draft.style.title)
        except GouacheError as error:
            problem = localised_error(error)
        self.preview.show_draft(draft)
        shipped = self._base.name in load_styles() and not self.own
        trained = self._base.model is not None
        if shipped and draft is not None and draft.style.name == self._base.name:
            problem = (
                self.tr("It comes with the program. Give yours another name, or duplicate it.") if self.changed else ""
            )
        self.say(problem)
        self.save.setEnabled(not problem and (self.changed or self._base.name not in load_styles()))
        self.discard.setVisible(self.changed)
        self.duplicate.setEnabled(not trained and not self.changed and self._base.name in load_styles())
        self.delete.setEnabled(self.own and not trained)
        self.delete.setToolTip(
            ""
            if self.delete.isEnabled()
            else self.tr("Only your own styles can be deleted; trained ones with their training.")
        )
        self.share.setEnabled(self._base.name in load_styles() and not self.changed and not self._base.licence)
        self.share.setToolTip(self._base.licence)
        self.use.setEnabled(self._base.name in load_styles() and not self.changed)
        self._name_buttons()

    def _leave(self) -> bool:
        """Whether what is being edited may be left: it is saved, or one insists."""
        if not self.changed:
            return True
        self.say(
            self.tr("Your changes to '{title}' are not saved. Save or discard them first.").format(
                title=self.title.text()
            )
        )
        self.discard.setFocus()
        return False

    def _discard(self) -> None:
        assert self._saved is not None
        self._show(self._saved)

    def _save(self) -> None:
        try:
            draft = self.draft
            base = self._base
            moved = self.own and draft.style.name != base.name
            if moved and base.model is not None:
                raise BadRequest(f"{base.title} was trained and keeps its name.", hint="Train it again under another.")
            saved = draft.save()
            if moved:
                delete_style(base.name)
        except GouacheError as error:
            self.say(localised_error(error))
            return
        if moved:
            self.deleted.emit(base.name)
        self._fill()
        self._choose(saved.name)
        self.kept.emit(saved.name)

    def _duplicate(self) -> None:
        with suppress(GouacheError):
            copied = copy_style(self._base, free_title(self._base.title))
            self._fill()
            self._choose(copied.name)
            self.kept.emit(copied.name)

    def _delete(self) -> None:
        if self._sure != "delete":
            self._sure = "delete"
            self.say(self.tr("Delete '{title}' with its files? This cannot be undone.").format(title=self._base.title))
            self._name_buttons()
            return
        name = self._base.name
        try:
            delete_style(name)
        except GouacheError as error:
            self.say(localised_error(error))
            return
        self.deleted.emit(name)
        self._saved = None
        self._fill()
        self._begin_new()

    def added(self, name: str) -> None:
        """A style was imported."""
        self._fill()
        if not self.changed:
            self._choose(name)

    def _use(self) -> None:
        self.use_wanted.emit(self._base.name)
        self.accept()

    # Closing

    def reject(self) -> None:
        """Esc and the window's cross do not throw edits away."""
        if self._leave():
            super().reject()

    def done(self, result: int) -> None:
        """However it ends, no more pictures are asked for."""
        self.preview.stop()
        super().done(result)

    def rescue(self) -> None:
        """The program ends: what is not saved becomes a style of its own."""
        if self.changed:
            with suppress(GouacheError):
                draft = self.draft
                if not self.own or draft.style.name != self._base.name:
                    title = free_title(draft.style.title)
                    draft = Draft(replace(draft.style, name=name_for(title), title=title, model=None), draft.pictures)
                draft.save()
        self.preview.stop()
        super().reject()

    # Words and places

    def retranslate(self) -> None:
        """All texts."""
        self.setWindowTitle(self.tr("Styles"))
        said = {
            "title": self.tr("Name"),
            "template": self.tr("Prompt"),
            "negative": self.tr("Negative"),
            "references": self.tr("Pictures"),
            "weight": self.tr("Pull"),
            "loras": self.tr("LoRAs"),
            "palette": self.tr("Palette"),
            "steps": self.tr("Finish"),
        }
        for key, text in said.items():
            self._labels[key].setText(text)
        self.template.setToolTip(self.tr("The whole prompt; {prompt} is where your words go"))
        self.references.setAccessibleName(said["references"])
        self.references.setToolTip(self.tr("Their colours and texture are taken on. Del removes the chosen ones."))
        self.weight.set_words(said["weight"], self.tr("How far pictures are drawn to them"))
        self.weight.set_ends("", "")
        self.colours.setToolTip(self.tr("The only colours that its pictures may have"))
        self.steps.setPlaceholderText(self.tr("for instance: outline:width=2 shadow"))
        self.steps.setToolTip(self.tr("Steps that each picture goes through at the end; names are offered as you type"))
        for key, part in (("palette", self.colours), ("steps", self.steps), ("title", self.title)):
            part.setAccessibleName(said[key])
        self.add_pictures_.setText(self.tr("Add pictures"))
        self.bound.setText(self.tr("Only for {model}").format(model=self._model))
        self.bound.setToolTip(self.tr("Styles with LoRAs fit one kind of model"))
        self.new.setText(self.tr("New style"))
        self.take.setText(self.tr("Import..."))
        self.list.setAccessibleName(self.tr("Styles"))
        self._name_buttons()
        self.loras.retranslate()
        self.preview.retranslate()

    def _name_buttons(self) -> None:
        self.duplicate.setText(self.tr("Duplicate"))
        self.delete.setText(self.tr("Really delete") if self._sure == "delete" else self.tr("Delete"))
        self.share.setText(self.tr("Share..."))
        self.discard.setText(self.tr("Discard changes"))
        self.use.setText(self.tr("Use it"))
        self.close_.setText(self.tr("Close"))
        self.save.setText(self.tr("Save"))

    def _lay_out(self) -> None:
        left = QVBoxLayout()
        left.setSpacing(theme.INSIDE)
        left.addWidget(self.list, 1)
        for button in (self.new, self.take, self.add_pictures_):
            button.setAutoDefault(False)
        left.addWidget(self.new)
        left.addWidget(self.take)
        self.list.setFixedWidth(168)
        self.list.setIconSize(theme.icon_size())
        self.add_pictures_.setMenu(self._menu)
        pictures = QVBoxLayout()
        pictures.setSpacing(theme.GRID)
        pictures.addWidget(self.references)
        pictures.addWidget(self.add_pictures_, 0, Qt.AlignmentFlag.AlignLeft)
        theme.mark(self.references, role="pictures")
        self._rows = form()
        self._rows.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        add_row(self._rows, self._labels["title"], self.title)
        add_row(self._rows, self._labels["template"], self.template)
        add_row(self._rows, self._labels["negative"], self.negative)
        add_row(self._rows, self._labels["references"], pictures, self.references)
        add_row(self._rows, self._labels["weight"], self.weight)
        add_row(self._rows, self._labels["loras"], self.loras)
        add_row(self._rows, self._labels["palette"], self.colours)
        add_row(self._rows, self._labels["steps"], self.steps)
        self._rows.addRow("", self.bound)
        middle = QVBoxLayout()
        middle.addLayout(self._rows)
        middle.addStretch(1)
        whole = QHBoxLayout()
        whole.setSpacing(theme.BETWEEN)
        whole.addLayout(left)
        whole.addLayout(middle, 1)
        whole.addWidget(self.preview)
        self.body.addLayout(whole, 1)
        at_least(self, 980, 640)

    def _connect(self) -> None:
        for edit in (self.title, self.template, self.negative, self.steps):
            edit.textEdited.connect(self._take_change)
        for part in (self.weight, self.loras):
            part.changed.connect(self._take_change)
        self.colours.activated.connect(self._take_change)
        self.bound.toggled.connect(self._take_change)
        self.list.currentRowChanged.connect(self._row_chosen)
        self.references.removed.connect(self._remove_pictures)
        self.references.dropped.connect(self.add_pictures)
        self._menu.aboutToShow.connect(self._offer)
        self.loras.file_wanted.connect(lambda: self.files_wanted.emit("lora"))
        self.new.clicked.connect(self._begin_new)
        self.take.clicked.connect(self.import_wanted)
        self.duplicate.clicked.connect(self._duplicate)
        self.delete.clicked.connect(self._delete)
        self.share.clicked.connect(lambda: self.share_wanted.emit(self._base.name))
        self.discard.clicked.connect(self._discard)
        self.use.clicked.connect(self._use)
        self.close_.clicked.connect(self.reject)
        self.save.clicked.connect(self._save)
