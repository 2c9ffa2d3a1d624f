; The installer for Windows: for one user, without an administrator's rights.
;
;   makensis -DVERSION=0.1.0 -DSTAGE=dist\gouache -DICON=build\gouache.ico -DOUT=dist\gouache-0.1.0-setup.exe packaging\windows\gouache.nsi
;
; STAGE is the folder that PyInstaller made. Silent: gouache-0.1.0-setup.exe /S [/D=C:\a folder]. Silent removal: uninstall.exe /S.
; What the user has made lies in %LOCALAPPDATA%\gouache and is never touched, by no update and no removal.
Unicode true
ManifestDPIAware true
SetCompressor /SOLID lzma
RequestExecutionLevel user

!include MUI2.nsh
!include FileFunc.nsh
!include LogicLib.nsh

!ifndef VERSION
  !error "say -DVERSION=..."
!endif
!ifndef STAGE
  !error "say -DSTAGE=..., the folder that PyInstaller made"
!endif
!ifndef OUT
  !define OUT "gouache-${VERSION}-setup.exe"
!endif

!define UNINSTALL "Software\Microsoft\Windows\CurrentVersion\Uninstall\Gouache"
!define PROGRAM "$INSTDIR\gouache.exe"

Name "Gouache"
OutFile "${OUT}"
InstallDir "$LOCALAPPDATA\Programs\Gouache"
InstallDirRegKey HKCU "Software\Gouache" "Folder"
BrandingText "Gouache ${VERSION}"

VIProductVersion "${VERSION}.0"
VIAddVersionKey /LANG=1033 "ProductName" "Gouache"
VIAddVersionKey /LANG=1033 "FileDescription" "Gouache installer"
VIAddVersionKey /LANG=1033 "FileVersion" "${VERSION}"
VIAddVersionKey /LANG=1033 "ProductVersion" "${VERSION}"
VIAddVersionKey /LANG=1033 "LegalCopyright" "The authors of Gouache, Apache License 2.0"

!define MUI_ICON "${ICON}"
!define MUI_UNICON "${ICON}"
!define MUI_ABORTWARNING
!define MUI_FINISHPAGE_RUN "${PROGRAM}"
!insertmacro MUI_PAGE_WELCOME
!insertmacro MUI_PAGE_LICENSE "${STAGE}\_internal\resources\LICENSE"
!insertmacro MUI_PAGE_DIRECTORY
!insertmacro MUI_PAGE_INSTFILES
!insertmacro MUI_PAGE_FINISH
!insertmacro MUI_UNPAGE_CONFIRM
!insertmacro MUI_UNPAGE_INSTFILES
!insertmacro MUI_LANGUAGE "English"
!insertmacro MUI_LANGUAGE "SimpChinese"

LangString RUNNING ${LANG_ENGLISH} "Gouache is running. Close it, then try again."
LangString RUNNING ${LANG_SIMPCHINESE} "Gouache 正在运行。请先关闭它，然后重试。"
LangString NOTOURS ${LANG_ENGLISH} "This folder has other files in it. Choose an empty one."
LangString NOTOURS ${LANG_SIMPCHINESE} "此文件夹中有其他文件。请选择空文件夹。"

; The program's file cannot be opened for writing while it runs.
!macro StopIfRunning
  ${If} ${FileExists} "${PROGRAM}"
    ClearErrors
    FileOpen $0 "${PROGRAM}" a
    ${If} ${Errors}
      MessageBox MB_OK|MB_ICONEXCLAMATION "$(RUNNING)" /SD IDOK
      SetErrorLevel 2
      Quit
    ${EndIf}
    FileClose $0
  ${EndIf}
!macroend

Function .onInit
  !insertmacro MUI_LANGDLL_DISPLAY
FunctionEnd

Section "Gouache"
  !insertmacro StopIfRunning
  ; Removal deletes the folder: only an empty one, or our own, is taken.
  ${IfNot} ${FileExists} "$INSTDIR\uninstall.exe"
  ${AndIf} ${FileExists} "$INSTDIR\*.*"
    ${DirState} "$INSTDIR" $0
    ${If} $0 = 1
      MessageBox MB_OK|MB_ICONEXCLAMATION "$(NOTOURS)" /SD IDOK
      SetErrorLevel 2
      Quit
    ${EndIf}
  ${EndIf}
  RMDir /r "$INSTDIR\_internal" ; what an older version had and this one has not must not stay
  SetOutPath "$INSTDIR"
  File /r "${STAGE}\*.*"
  File "/oname=gouache.ico" "${ICON}"
  WriteUninstaller "$INSTDIR\uninstall.exe"
  WriteRegStr HKCU "Software\Gouache" "Folder" "$INSTDIR"

  CreateDirectory "$SMPROGRAMS\Gouache"
  CreateShortcut "$SMPROGRAMS\Gouache\Gouache.lnk" "${PROGRAM}" "studio" "$INSTDIR\gouache.ico"
  CreateShortcut "$SMPROGRAMS\Gouache\Uninstall Gouache.lnk" "$INSTDIR\uninstall.exe"

  WriteRegStr HKCU "Software\Classes\Gouache.Document" "" "OpenRaster picture"
  WriteRegStr HKCU "Software\Classes\Gouache.Document\DefaultIcon" "" "$INSTDIR\gouache.ico"
  WriteRegStr HKCU "Software\Classes\Gouache.Document\shell\open\command" "" '"${PROGRAM}" studio "%1"'
  WriteRegStr HKCU "Software\Classes\Gouache.Style" "" "Gouache style"
  WriteRegStr HKCU "Software\Classes\Gouache.Style\DefaultIcon" "" "$INSTDIR\gouache.ico"
  WriteRegStr HKCU "Software\Classes\Gouache.Style\shell\open\command" "" '"${PROGRAM}" studio "%1"'
  WriteRegStr HKCU "Software\Classes\.gouache-style" "" "Gouache.Style"
  ; Others may open these, too: ours is offered, none is taken away.
  WriteRegNone HKCU "Software\Classes\.ora\OpenWithProgids" "Gouache.Document"
  WriteRegNone HKCU "Software\Classes\.psd\OpenWithProgids" "Gouache.Document"
  WriteRegNone HKCU "Software\Classes\.png\OpenWithProgids" "Gouache.Document"

  WriteRegStr HKCU "${UNINSTALL}" "DisplayName" "Gouache"
  WriteRegStr HKCU "${UNINSTALL}" "DisplayVersion" "${VERSION}"
  WriteRegStr HKCU "${UNINSTALL}" "DisplayIcon" "$INSTDIR\gouache.ico"
  WriteRegStr HKCU "${UNINSTALL}" "Publisher" "The authors of Gouache"
  WriteRegStr HKCU "${UNINSTALL}" "InstallLocation" "$INSTDIR"
  WriteRegStr HKCU "${UNINSTALL}" "UninstallString" '"$INSTDIR\uninstall.exe"'
  WriteRegStr HKCU "${UNINSTALL}" "QuietUninstallString" '"$INSTDIR\uninstall.exe" /S'
  WriteRegDWORD HKCU "${UNINSTALL}" "NoModify" 1
  WriteRegDWORD HKCU "${UNINSTALL}" "NoRepair" 1
  ${GetSize} "$INSTDIR" "/S=0K" $0 $1 $2
  IntFmt $0 "0x%08X" $0
  WriteRegDWORD HKCU "${UNINSTALL}" "EstimatedSize" "$0"
  System::Call 'shell32::SHChangeNotify(i 0x08000000, i 0, p 0, p 0)'
SectionEnd

Section "Uninstall"
  !insertmacro StopIfRunning
  RMDir /r "$INSTDIR\_internal"
  Delete "$INSTDIR\gouache.exe"
  Delete "$INSTDIR\gouache-cli.exe"
  Delete "$INSTDIR\gouache.ico"
  Delete "$INSTDIR\uninstall.exe"
  RMDir "$INSTDIR"
  RMDir /r "$SMPROGRAMS\Gouache"
  DeleteRegKey HKCU "Software\Classes\Gouache.Document"
  DeleteRegKey HKCU "Software\Classes\Gouache.Style"
  DeleteRegKey HKCU "Software\Classes\.gouache-style"
  DeleteRegValue HKCU "Software\Classes\.ora\OpenWithProgids" "Gouache.Document"
  DeleteRegValue HKCU "Software\Classes\.psd\OpenWithProgids" "Gouache.Document"
  DeleteRegValue HKCU "Software\Classes\.png\OpenWithProgids" "Gouache.Document"
  DeleteRegKey HKCU "${UNINSTALL}"
  DeleteRegKey HKCU "Software\Gouache"
  System::Call 'shell32::SHChangeNotify(i 0x08000000, i 0, p 0, p 0)'
SectionEnd
