import { ActionIcon, Group, Menu, Tooltip, useComputedColorScheme, useMantineColorScheme } from '@mantine/core';
import { usePreference } from '../station/preferences.ts';
import { useMirror } from '../station/use-station.ts';
import { ContrastIcon, HelpIcon, LanguageIcon, MuteIcon, SoundIcon } from '../ui/icons.tsx';
import { chooseLanguage, type Language, languages, useLanguage, useWords } from '../words/words.ts';
import { CloudState } from './cloud-state.tsx';
import classes from './header.module.css';
import { OperatorBadge } from './operator-badge.tsx';

/** Name of the station, training or not, state of the cloud, and what belongs to this window. */
export function Header() {
  const t = useWords('common');
  const host = useMirror('host');
  const station = useMirror('station');
  return (
    <header className={`${classes['header']} no-print`}>
      <span className={classes['brand']}>{t('brand')}</span>
      <span className={classes['station']}>{station?.station ?? ''}</span>
      {host?.mode === 'training' && (
        <span className={classes['training']} title={t(host.bench ? 'trainingLong' : 'trainingReal')}>
          {t('training')}
        </span>
      )}
      <CloudState />
      <Group gap="xs" wrap="nowrap" className={classes['tools']}>
        <OperatorBadge />
        <LanguageMenu />
        <SoundSwitch />
        <SchemeSwitch />
        <TourButton />
      </Group>
    </header>
  );
}

function LanguageMenu() {
  const t = useWords('common');
  const language = useLanguage();
  return (
    <Menu>
      <Menu.Target>
        <ActionIcon aria-label={t('header.language')} data-tool="language">
          <LanguageIcon />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        {Object.entries(languages).map(([code, name]) => (
          <Menu.Item
            key={code}
            lang={code}
            className={classes['item']}
            aria-current={code === language}
            onClick={() => void chooseLanguage(code as Language)}
          >
            {name}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}

function SoundSwitch() {
  const t = useWords('common');
  const [sound, setSound] = usePreference('sound');
  const label = t(sound === 'on' ? 'header.soundOn' : 'header.soundOff');
  return (
    <Tooltip label={label}>
      <ActionIcon
        aria-label={label}
        data-tool="sound"
        aria-pressed={sound === 'on'}
        onClick={() => setSound(sound === 'on' ? 'off' : 'on')}
      >
        {sound === 'on' ? <SoundIcon /> : <MuteIcon />}
      </ActionIcon>
    </Tooltip>
  );
}

function SchemeSwitch() {
  const t = useWords('common');
  const { setColorScheme } = useMantineColorScheme();
  const scheme = useComputedColorScheme('light');
  return (
    <Tooltip label={t('header.theme')}>
      <ActionIcon aria-label={t('header.theme')} onClick={() => setColorScheme(scheme === 'dark' ? 'light' : 'dark')}>
        <ContrastIcon />
      </ActionIcon>
    </Tooltip>
  );
}

function TourButton() {
  const t = useWords('common');
  const [, setTour] = usePreference('tour');
  return (
    <Tooltip label={t('header.tour')}>
      <ActionIcon aria-label={t('header.tour')} onClick={() => setTour('new')}>
        <HelpIcon />
      </ActionIcon>
    </Tooltip>
  );
}
