document.title = 'DPS Station';
