<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="en" sourcelanguage="en">
<context>
    <name>AnimateView</name>
    <message numerus="yes">
        <source>Make %n frames</source>
        <translation>
            <numerusform>Make %n frame</numerusform>
            <numerusform>Make %n frames</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>Animations</name>
    <message numerus="yes">
        <source>What was painted on %n frames is in the folder &apos;kept&apos;.</source>
        <translation>
            <numerusform>What was painted on %n frame is in the folder &apos;kept&apos;.</numerusform>
            <numerusform>What was painted on %n frames is in the folder &apos;kept&apos;.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>BoardView</name>
    <message numerus="yes">
        <source>%n approved pictures could not be read.</source>
        <translation>
            <numerusform>%n approved picture could not be read.</numerusform>
            <numerusform>%n approved pictures could not be read.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n cells chosen</source>
        <translation>
            <numerusform>%n cell chosen</numerusform>
            <numerusform>%n cells chosen</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>All %n cells are made</source>
        <translation>
            <numerusform>The cell is made</numerusform>
            <numerusform>All %n cells are made</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Make %n cells</source>
        <translation>
            <numerusform>Make %n cell</numerusform>
            <numerusform>Make %n cells</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>Boards</name>
    <message numerus="yes">
        <source>%n cells are to be made.</source>
        <translation>
            <numerusform>%n cell is to be made.</numerusform>
            <numerusform>%n cells are to be made.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n cells take about {time}.</source>
        <translation>
            <numerusform>%n cell takes about {time}.</numerusform>
            <numerusform>%n cells take about {time}.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n layers were made. Ctrl+Z takes them back.</source>
        <translation>
            <numerusform>A layer was made. Ctrl+Z takes it back.</numerusform>
            <numerusform>%n layers were made. Ctrl+Z takes them back.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>ByHand</name>
    <message numerus="yes">
        <source>What was painted on %n frames is in the folder &apos;kept&apos;.</source>
        <translation>
            <numerusform>What was painted on %n frame is in the folder &apos;kept&apos;.</numerusform>
            <numerusform>What was painted on %n frames is in the folder &apos;kept&apos;.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>DeviceBadge</name>
    <message numerus="yes">
        <source>%n threads</source>
        <translation>
            <numerusform>%n thread</numerusform>
            <numerusform>%n threads</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>EndedLine</name>
    <message numerus="yes">
        <source>%n pictures</source>
        <translation>
            <numerusform>%n picture</numerusform>
            <numerusform>%n pictures</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>Export</name>
    <message numerus="yes">
        <source>%n frames</source>
        <translation>
            <numerusform>%n frame</numerusform>
            <numerusform>%n frames</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n of these frames are not made yet.</source>
        <translation>
            <numerusform>%n of these frames is not made yet.</numerusform>
            <numerusform>%n of these frames are not made yet.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n pages</source>
        <translation>
            <numerusform>%n page</numerusform>
            <numerusform>%n pages</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>All %n frames</source>
        <translation>
            <numerusform>All %n frame</numerusform>
            <numerusform>All %n frames</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>Finishing</name>
    <message numerus="yes">
        <source>%n chosen results</source>
        <translation>
            <numerusform>%n chosen result</numerusform>
            <numerusform>%n chosen results</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n results were finished; the old ones are still there.</source>
        <translation>
            <numerusform>%n result was finished; the old one is still there.</numerusform>
            <numerusform>%n results were finished; the old ones are still there.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>All %n results</source>
        <translation>
            <numerusform>The one result</numerusform>
            <numerusform>All %n results</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>GeneratePanel</name>
    <message numerus="yes">
        <source>%n waiting</source>
        <translation>
            <numerusform>%n waiting</numerusform>
            <numerusform>%n waiting</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>HistoryPanel</name>
    <message numerus="yes">
        <source>%n steps</source>
        <translation>
            <numerusform>%n step</numerusform>
            <numerusform>%n steps</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>MessageStrip</name>
    <message numerus="yes">
        <source>%n more message(s)</source>
        <translation>
            <numerusform>%n more message</numerusform>
            <numerusform>%n more messages</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>OnionMenu</name>
    <message numerus="yes">
        <source>%n neighbours on each side</source>
        <translation>
            <numerusform>%n neighbour on each side</numerusform>
            <numerusform>%n neighbours on each side</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>PreferencesDialog</name>
    <message numerus="yes">
        <source>Every %n minute(s)</source>
        <translation>
            <numerusform>Every minute</numerusform>
            <numerusform>Every %n minutes</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Every %n second(s)</source>
        <translation>
            <numerusform>Every second</numerusform>
            <numerusform>Every %n seconds</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>QueuePanel</name>
    <message numerus="yes">
        <source>%n waiting</source>
        <translation>
            <numerusform>%n waiting</numerusform>
            <numerusform>%n waiting</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>Recovery</name>
    <message numerus="yes">
        <source>Delete %n for good</source>
        <translation>
            <numerusform>Delete %n for good</numerusform>
            <numerusform>Delete %n for good</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Open %n</source>
        <translation>
            <numerusform>Open %n</numerusform>
            <numerusform>Open %n</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>Restyling</name>
    <message numerus="yes">
        <source>Reading {name}: %n frames</source>
        <translation>
            <numerusform>Reading {name}: %n frame</numerusform>
            <numerusform>Reading {name}: %n frames</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>ResultsStrip</name>
    <message numerus="yes">
        <source>%n chosen</source>
        <translation>
            <numerusform>%n chosen</numerusform>
            <numerusform>%n chosen</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n pictures</source>
        <translation>
            <numerusform>%n picture</numerusform>
            <numerusform>%n pictures</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>Studio</name>
    <message numerus="yes">
        <source>%n results discarded.</source>
        <translation>
            <numerusform>%n result discarded.</numerusform>
            <numerusform>%n results discarded.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Added to the queue: %n jobs wait.</source>
        <translation>
            <numerusform>Added to the queue: %n job waits.</numerusform>
            <numerusform>Added to the queue: %n jobs wait.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>StyleEditor</name>
    <message numerus="yes">
        <source>%n colours of its own</source>
        <translation>
            <numerusform>%n colour of its own</numerusform>
            <numerusform>%n colours of its own</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>TrainPictures</name>
    <message numerus="yes">
        <source>Looking at %n picture(s)...</source>
        <translation>
            <numerusform>Looking at %n picture...</numerusform>
            <numerusform>Looking at %n pictures...</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>UnknownWords</name>
    <message numerus="yes">
        <source>and %n more</source>
        <translation>
            <numerusform>and %n more</numerusform>
            <numerusform>and %n more</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>Unsaved</name>
    <message numerus="yes">
        <source>Save %n</source>
        <translation>
            <numerusform>Save %n</numerusform>
            <numerusform>Save %n</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Save %n document(s) before they are closed?</source>
        <translation>
            <numerusform>Save %n document before it is closed?</numerusform>
            <numerusform>Save %n documents before they are closed?</numerusform>
        </translation>
    </message>
</context>
</TS>
